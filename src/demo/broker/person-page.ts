import { type Html, html } from '../html.ts';
import { errorOf, faultyField, type PageContent } from './content.ts';
import { oddPersons, type TestPerson, worldPersons } from './persons.ts';
import { visitScenarios } from './scenarios.ts';
import type { BrokerTexts } from './texts.ts';
import type { Visit } from './visits.ts';

/** Who it is, and in which way the identification is to fail. */
export function personPage({ uid, fault }: Visit, text: BrokerTexts): PageContent {
  const message = fault === 'person' ? text.personFault : fault === 'own' ? text.ownFault : null;
  return {
    title: text.personTitle,
    body: html`
<form method="post" action="/interaction/${uid}/person">
<fieldset ${fault === 'person' ? html`aria-describedby="person-error" tabindex="-1" autofocus` : null}>
<legend>${text.personLegend}</legend>
${errorOf('person', fault === 'person' ? message : null)}
${radios(worldPersons)}
</fieldset>
<fieldset>
<legend>${text.oddPersons}</legend>
${radios(oddPersons)}
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
  return visitScenarios.map(
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
<input id="name" name="name" type="text" autocomplete="off" required maxlength="200"
${message ? html`aria-describedby="own-error" ${faultyField}` : null}></div>
<div class="field"><label for="code">${text.ownCode}</label>
<input id="code" name="code" type="text" autocomplete="off" required maxlength="11" spellcheck="false"
aria-describedby="${message ? 'own-error ' : ''}own-hint" ${message ? html`aria-invalid="true"` : null}></div>
<button class="secondary" type="submit">${text.ownSubmit}</button>
</form>
</details>`;
}

function radios(persons: readonly TestPerson[]): Html[] {
  return persons.map(
    ({ key, name, identityCode }) => html`
<div class="choice">
<input type="radio" id="person-${key}" name="person" value="${identityCode}" required>
<label for="person-${key}">${name}, ${identityCode}</label>
</div>`,
  );
}
