import { html } from '../html.ts';
import { errorOf, faultyField, type PageContent } from './content.ts';
import { birthdateOf } from './identity-codes.ts';
import { brokerPage } from './layout.ts';
import { methodPage } from './method-page.ts';
import { personPage } from './person-page.ts';
import { type BrokerTexts, texts } from './texts.ts';
import type { Visit } from './visits.ts';

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
aria-describedby="${message ? 'phone-error ' : ''}phone-hint" ${message ? faultyField : null}>
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
<p role="status">${text.approveWaiting}</p>
<p>${text.approveIntro}</p>
<p>${text.reference}: <span class="reference">${reference}</span></p>
<form method="post" action="/interaction/${uid}/approve">
<button type="submit">${text.approve}</button>
</form>`,
  };
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
