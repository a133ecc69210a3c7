import { type Html, html } from '../html.ts';
import type { Language } from '../language.ts';
import { renderPage } from '../pages.ts';
import { type Persona, personas } from '../personas.ts';
import type { DemoAddresses } from '../ports.ts';
import { personaTexts, startPageTexts } from './texts.ts';

/** What the last turn of a broker's switch came to. */
export type SwitchResult = 'done' | 'failed' | undefined;

/** What runs here, whom to try, and the broker's switches. */
export function startPage(language: Language, addresses: DemoAddresses, result: SwitchResult): string {
  const text = startPageTexts[language];
  const body = html`
${result === 'done' && html`<p class="notice" role="status">${text.brokerDone}</p>`}
${result === 'failed' && html`<p class="notice" role="alert">${text.brokerFailed}</p>`}
<p>${text.intro}</p>
<h2 id="runs">${text.runs}</h2>
${programTable(language, addresses)}
<p><a href="${addresses.avain.origin}/account">${text.ownAccount}</a></p>
<p><a href="${addresses.avain.origin}/integrator">${text.integrator}</a></p>
<h2 id="persons">${text.persons}</h2>
<p>${text.personsIntro}</p>
${personaTable(language)}
<h2>${text.broker}</h2>
<p>${text.brokerIntro}</p>
<div>${turn('outage', true, text.outageOn)}${turn('outage', false, text.outageOff)}
${turn('dataPage', true, text.dataPageOn)}${turn('dataPage', false, text.dataPageOff)}</div>`;
  return renderPage({ language, brand: 'start', program: text.program, title: text.title, path: '/', body });
}

function programTable(language: Language, addresses: DemoAddresses): Html {
  const text = startPageTexts[language];
  const rows = (Object.keys(text.purposes) as (keyof typeof text.purposes)[]).map((key) => {
    const [name, purpose] = text.purposes[key];
    const address = `${addresses[key].origin}/`;
    return html`<tr><th scope="row"><a href="${address}">${name}</a></th><td><code>${address}</code></td><td>${purpose}</td></tr>`;
  });
  return html`<section class="scroll" aria-labelledby="runs" tabindex="0"><table>
<thead><tr><th scope="col">${text.name}</th><th scope="col">${text.address}</th><th scope="col">${text.purpose}</th></tr></thead>
<tbody>${rows}</tbody></table></section>`;
}

function personaTable(language: Language): Html {
  const text = startPageTexts[language];
  const rows = personas.map(
    (persona) => html`<tr><th scope="row">${persona.email}</th>
<td>${persona.password === '' ? text.noPassword : html`<code>${persona.password}</code>`}</td>
<td><code>${persona.identityCode}</code></td><td>${showsIn(language, persona)}</td></tr>`,
  );
  return html`<section class="scroll" aria-labelledby="persons" tabindex="0"><table>
<thead><tr><th scope="col">${text.email}</th><th scope="col">${text.password}</th>
<th scope="col">${text.identityCode}</th><th scope="col">${text.shows}</th></tr></thead>
<tbody>${rows}</tbody></table></section>`;
}

function showsIn(language: Language, persona: Persona): string {
  return language === 'fi' ? persona.shows : (personaTexts[language][persona.key] ?? persona.shows);
}

function turn(name: string, on: boolean, label: string): Html {
  return html`<form method="post" action="/broker"><button type="submit" class="secondary" name="${name}" value="${String(on)}">${label}</button></form>`;
}
