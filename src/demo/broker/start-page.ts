import { type Html, html } from '../html.ts';
import type { Language } from '../language.ts';
import { brokerPage } from './layout.ts';
import { type Scenario, scenarioNames } from './scenarios.ts';
import { type BrokerTexts, texts } from './texts.ts';

/** What can be switched for everybody at once; a test or a demonstration turns it by `POST /simulate`. */
export type Switches = {
  /** Answer all of OpenID Connect with 503. */
  outage: boolean;
  /** Show what is passed on before returning, also without `prompt=consent`. */
  dataPage: boolean;
  /** Show a notice of disturbance where the method is chosen. */
  disturbance: boolean;
  /** The way in which every identification fails; null = the broker behaves. */
  scenario: Scenario | null;
};

/** What this program is, and its switches. */
export function startPage(language: Language, switches: Switches): string {
  const text = texts[language];
  const switchRow = (name: 'outage' | 'dataPage' | 'disturbance', label: string) => {
    const on = switches[name];
    return html`
<form method="post" action="/simulate">
<p>${label}: <strong>${on ? text.on : text.off}</strong></p>
<button type="submit" name="${name}" value="${String(!on)}" aria-label="${label}: ${on ? text.turnOff : text.turnOn}">
${on ? text.turnOff : text.turnOn}</button>
</form>`;
  };
  return brokerPage({
    language,
    title: text.startTitle,
    path: '/',
    body: html`
<p>${text.startIntro}</p>
<h2>${text.switches}</h2>
${switchRow('outage', text.outage)}
${switchRow('dataPage', text.dataPage)}
${switchRow('disturbance', text.disturbance)}
${scenarioSwitch(text, switches.scenario)}`,
  });
}

function scenarioSwitch(text: BrokerTexts, current: Scenario | null): Html {
  const option = (value: string, label: string, selected: boolean) =>
    html`<option value="${value}" ${selected ? html`selected` : null}>${label}</option>`;
  return html`
<form method="post" action="/simulate">
<div class="field">
<label for="scenario">${text.scenarioSwitch}</label>
<select id="scenario" name="scenario">
${option('', text.scenarioNone, current === null)}
${scenarioNames.map((name) => option(name, text.scenario[name], name === current))}
</select>
</div>
<button type="submit">${text.scenarioSubmit}</button>
</form>`;
}
