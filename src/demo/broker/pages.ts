import { type Html, html } from '../html.ts';
import { brokerPage } from './layout.ts';
import { birthdateOf, testPersons } from './persons.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { type BrokerTexts, texts } from './texts.ts';
import { methods, type Visit } from './visits.ts';

type PageContent = Readonly<{ title: string; body: Html }>;

/** The page that a visit is at; each is a function of the visit and its language. */
export function visitPage(visit: Visit): string {
  const text = texts[visit.language];
  const { title, body } = contentOf[visit.page](visit, text);
  const path = `/interaction/${visit.uid}`;
  return brokerPage({
    language: visit.language,
    title,
    path,
    faulty: visit.fault !== null,
    body: html`
<p>${text.forService} <strong>${visit.serviceName}</strong></p>
${body}
<form class="cancel" method="post" action="${path}/cancel">
<button class="secondary" type="submit">${text.cancel}</button>
</form>`,
  });
}

const contentOf: Readonly<Record<Visit['page'], (visit: Visit, text: BrokerTexts) => PageContent>> = {
  method: methodPage,
  phone: phonePage,
  approve: approvePage,
  person: personPage,
  data: dataPage,
};

function methodPage({ uid, asked }: Visit, text: BrokerTexts): PageContent {
  const buttons = (kind: 'bank' | 'mobile') =>
    methods
      .filter((method) => method.kind === kind)
      .map(({ id, name }) => {
        const [label, hint] = kind === 'bank' ? [name, text.bankHint] : [text.mobile, text.mobileHint];
        return html`<button type="submit" name="method" value="${id}">${label} – ${hint}</button>`;
      });
  return {
    title: text.methodTitle,
    body: html`
<p>${text.methodIntro}</p>
<form class="choices" method="post" action="/interaction/${uid}/method">
<h2>${text.banks}</h2>
${buttons('bank')}
${asked === 'bank' ? null : html`<h2>${text.mobile}</h2>\n${buttons('mobile')}`}
</form>`,
  };
}

function phonePage({ uid, fault }: Visit, text: BrokerTexts): PageContent {
  const message = fault === 'phone' ? text.phoneFault : null;
  return {
    title: text.phoneTitle,
    body: html`
<form method="post" action="/interaction/${uid}/phone">
<div class="field">
<label for="phone">${text.phone}</label>
<p class="hint" id="phone-hint">${text.phoneHint}</p>
${errorOf('phone', message)}
<input id="phone" name="phone" type="tel" autocomplete="tel" required
aria-describedby="${message ? 'phone-error ' : ''}phone-hint" ${message ? html`aria-invalid="true"` : null}>
</div>
<button type="submit">${text.next}</button>
<p id="shortcut">${text.phoneShortcut}</p>
<button class="secondary" type="submit" name="approve" value="now" aria-describedby="shortcut">${text.approve}</button>
</form>`,
  };
}

function approvePage({ uid, reference }: Visit, text: BrokerTexts): PageContent {
  return {
    title: text.approveTitle,
    body: html`
<p>${text.approveIntro}</p>
<p>${text.reference}: <span class="reference">${reference}</span></p>
<form method="post" action="/interaction/${uid}/approve">
<button type="submit">${text.approve}</button>
</form>`,
  };
}

function personPage({ uid, fault }: Visit, text: BrokerTexts): PageContent {
  const message = fault === 'person' ? text.personFault : fault === 'own' ? text.ownFault : null;
  const radios = testPersons.map(
    ({ name, identityCode }, index) => html`
<div class="choice">
<input type="radio" id="person-${index}" name="person" value="${identityCode}" required>
<label for="person-${index}">${name}, ${identityCode}</label>
</div>`,
  );
  return {
    title: text.personTitle,
    body: html`
<form method="post" action="/interaction/${uid}/person">
<fieldset ${fault === 'person' ? html`aria-describedby="person-error"` : null}>
<legend>${text.personLegend}</legend>
${errorOf('person', fault === 'person' ? message : null)}
${radios}
</fieldset>
<button type="submit">${text.next}</button>
<h2>${text.failures}</h2>
<p>${text.failuresIntro}</p>
<ul class="failures">${failureButtons(text)}</ul>
</form>
${ownPersonForm(uid, fault === 'own' ? message : null, text)}`,
  };
}

function failureButtons(text: BrokerTexts): Html[] {
  return (Object.keys(scenarios) as Scenario[]).map(
    (id) => html`
<li><button class="secondary" type="submit" name="fail" value="${id}" formnovalidate>${text.scenario[id]}</button></li>`,
  );
}

function ownPersonForm(uid: string, message: string | null, text: BrokerTexts): Html {
  return html`
<details ${message ? html`open` : null}>
<summary>${text.own}</summary>
<form method="post" action="/interaction/${uid}/own">
<p id="own-hint">${text.ownIntro}</p>
${errorOf('own', message)}
<div class="field"><label for="name">${text.ownName}</label>
<input id="name" name="name" type="text" autocomplete="off" required maxlength="200"></div>
<div class="field"><label for="code">${text.ownCode}</label>
<input id="code" name="code" type="text" autocomplete="off" required maxlength="11" spellcheck="false"
aria-describedby="${message ? 'own-error ' : ''}own-hint"></div>
<button class="secondary" type="submit">${text.ownSubmit}</button>
</form>
</details>`;
}

function dataPage({ uid, person }: Visit, text: BrokerTexts): PageContent {
  const code = person?.identityCode ?? '';
  return {
    title: text.dataTitle,
    body: html`
<p>${text.dataIntro}</p>
<dl>
<dt>${text.dataName}</dt><dd>${person?.name}</dd>
<dt>${text.dataBirthdate}</dt><dd>${birthdateOf(code)}</dd>
<dt>${text.dataCode}</dt><dd>${code}</dd>
</dl>
<form method="post" action="/interaction/${uid}/accept">
<button type="submit">${text.approve}</button>
</form>`,
  };
}

function errorOf(field: string, message: string | null): Html | null {
  return message === null ? null : html`<p class="error" id="${field}-error">${message}</p>`;
}
