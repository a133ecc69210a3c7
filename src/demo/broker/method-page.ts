import { type Html, html } from '../html.ts';
import type { Language } from '../language.ts';
import type { PageContent } from './content.ts';
import { brokerPage } from './layout.ts';
import { type BrokerTexts, texts } from './texts.ts';
import { methods, type Visit } from './visits.ts';

/** Where the privacy notice lies. */
export const privacyPath = '/privacy';

/** Which bank or mobile certificate, with what the trust network wants said beside the choice. */
export function methodPage({ uid, asked, disturbed, language }: Visit, text: BrokerTexts): PageContent {
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
${disturbed ? disturbance(text) : null}
<p>${text.methodIntro}</p>
<p>${text.consent}</p>
<form class="choices" method="post" action="/interaction/${uid}/method">
<h2>${text.banks}</h2>
${buttons('bank')}
${asked === 'bank' ? null : html`<h2>${text.mobile}</h2>\n${buttons('mobile')}`}
</form>
<p>${text.providerInfo}</p>
<p><a href="${privacyPath}?lang=${language}">${text.privacyLink}</a></p>`,
  };
}

function disturbance(text: BrokerTexts): Html {
  return html`
<section class="notice" aria-labelledby="disturbance">
<h2 id="disturbance">${text.disturbanceTitle}</h2>
<p>${text.disturbanceText}</p>
</section>`;
}

/** What happens to what is typed here. */
export function privacyPage(language: Language): string {
  const { privacyLink: title, privacyIntro } = texts[language];
  return brokerPage({ language, title, path: privacyPath, body: html`<p>${privacyIntro}</p>` });
}
