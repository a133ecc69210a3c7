import { readFileSync } from 'node:fs';
import { type Html, html } from '../html.ts';
import { type Language, languageNames } from '../language.ts';
import { stylesheetPath } from '../pages.ts';
import { texts } from './texts.ts';

/** Where the broker's own style, on top of the demo programs' common one, is served. */
export const brokerStylesheetPath = '/broker.css';

export const brokerStylesheet = readFileSync(new URL('./broker.css', import.meta.url), 'utf8');

export type BrokerPage = Readonly<{
  language: Language;
  title: string;
  /** Where the language links lead; null where a page cannot be shown again. */
  path: string | null;
  body: Html;
  /** The title says first that a form came back with a fault, so that it is the first thing heard. */
  faulty?: boolean;
}>;

/** A whole page of the simulated broker: always with the banner that says what it is; works without scripts. */
export function brokerPage({ language, title, path, body, faulty }: BrokerPage): string {
  const text = texts[language];
  const heard = faulty ? `${text.error}: ${title}` : title;
  return `<!DOCTYPE html>\n${
    html`
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heard} – Demotunnistus</title>
<link rel="stylesheet" href="${stylesheetPath}">
<link rel="stylesheet" href="${brokerStylesheetPath}">
<link rel="icon" href="data:,">
</head>
<body class="broker">
<a class="skip" href="#content">${text.skip}</a>
<header>
<p class="simulator">${text.banner}</p>
<p class="program">Demotunnistus</p>
${path === null ? null : languageNav(language, path)}
</header>
<main id="content">
<h1>${title}</h1>
${body}
</main>
</body>
</html>`.markup
  }\n`;
}

function languageNav(current: Language, path: string): Html {
  const links = (Object.keys(languageNames) as Language[]).map((each) => {
    const name = languageNames[each];
    if (each === current) return html`<li><span aria-current="true" lang="${each}">${name}</span></li>`;
    return html`<li><a href="${path}?lang=${each}" lang="${each}" hreflang="${each}">${name}</a></li>`;
  });
  return html`<nav aria-label="${texts[current].languages}"><ul>${links}</ul></nav>`;
}
