import { readFileSync } from 'node:fs';
import { type Html, html } from './html.ts';
import { type InLanguages, type Language, languageNames } from './language.ts';

/** The one stylesheet of the demo programs, served by each at {@link stylesheetPath}. */
export const stylesheet = readFileSync(new URL('./pages.css', import.meta.url), 'utf8');

/** Where each program serves {@link stylesheet}. */
export const stylesheetPath = '/demo.css';

/** What a page of a demo program is made of; `path` is where the language links lead back to. */
export type Page = Readonly<{
  language: Language;
  /** Colours the header: the program's key in pages.css. */
  brand: string;
  program: string;
  title: string;
  path: string;
  body: Html;
}>;

const texts: InLanguages<{ languages: string; skip: string; simulated: string }> = {
  fi: {
    languages: 'Kieli',
    skip: 'Siirry sisältöön',
    simulated: 'Tämä on Avaimen kokeilumaailma: kaikki henkilöt ja tiedot ovat keksittyjä.',
  },
  sv: {
    languages: 'Språk',
    skip: 'Gå till innehållet',
    simulated: 'Detta är Avains provvärld: alla personer och uppgifter är påhittade.',
  },
  en: {
    languages: 'Language',
    skip: 'Skip to content',
    simulated: 'This is the demo world of Avain: all persons and data are invented.',
  },
};

/** A whole accessible page that works without scripts. */
export function renderPage({ language, brand, program, title, path, body }: Page): string {
  const text = texts[language];
  const languages = (Object.keys(languageNames) as Language[]).map((each) => languageLink(each, language, path));
  return `<!DOCTYPE html>\n${
    html`
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${program}</title>
<link rel="stylesheet" href="${stylesheetPath}">
<link rel="icon" href="data:,">
</head>
<body class="${brand}">
<a class="skip" href="#content">${text.skip}</a>
<header>
<p class="program"><a href="/">${program}</a></p>
<nav aria-label="${text.languages}"><ul>${languages}</ul></nav>
</header>
<main id="content">
<h1>${title}</h1>
${body}
</main>
<footer><p>${text.simulated}</p></footer>
</body>
</html>`.markup
  }\n`;
}

function languageLink(each: Language, current: Language, path: string): Html {
  const name = languageNames[each];
  if (each === current) return html`<li><span aria-current="true" lang="${each}">${name}</span></li>`;
  return html`<li><a href="${path}?lang=${each}" lang="${each}" hreflang="${each}">${name}</a></li>`;
}
