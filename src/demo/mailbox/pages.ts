import { escapeHtml, type Html, html } from '../html.ts';
import type { Language } from '../language.ts';
import { renderPage } from '../pages.ts';
import { linksOf, splitAtLinks } from './links.ts';
import type { Message } from './message.ts';
import { mailboxTexts } from './texts.ts';

/** The list of mails, newest first; `address` where only one person's are shown. */
export function listPage(language: Language, messages: readonly Message[], address: string | undefined): string {
  const text = mailboxTexts[language];
  const title = address === undefined ? text.inbox : `${text.inboxOf} ${address}`;
  const here = address === undefined ? '/' : `/?to=${encodeURIComponent(address)}`;
  const body = html`
<div><a class="button secondary" href="${here}">${text.reload}</a>
<form method="post" action="/empty"><button type="submit" class="secondary">${text.empty}</button></form></div>
${messages.length === 0 ? html`<p>${text.none}</p>` : listTable(language, title, messages)}`;
  return renderPage({ language, brand: 'mailbox', program: text.program, title, path: '/', body });
}

function listTable(language: Language, title: string, messages: readonly Message[]): Html {
  const text = mailboxTexts[language];
  const rows = messages.map(
    (message) => html`<tr>
<td><a href="/messages/${message.id}">${message.subject || text.noSubject}</a></td>
<td>${message.to}</td><td>${message.from}</td><td>${readableTime(message.date, language)}</td></tr>`,
  );
  return html`<section class="scroll" aria-label="${title}" tabindex="0"><table>
<thead><tr><th scope="col">${text.subject}</th><th scope="col">${text.to}</th><th scope="col">${text.from}</th>
<th scope="col">${text.received}</th></tr></thead>
<tbody>${rows}</tbody></table></section>`;
}

/** One mail: its links as real links, its html in a frame that can run nothing, its text, its headers. */
export function messagePage(language: Language, message: Message): string {
  const text = mailboxTexts[language];
  const links = linksOf(message).map(({ href, label }) => html`<li><a href="${href}">${label}</a></li>`);
  const headers = Object.entries(message.headers).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  const body = html`
<p><a href="/">${text.back}</a></p>
<dl><dt>${text.to}</dt><dd><a href="/?to=${encodeURIComponent(message.to)}">${message.to}</a></dd>
<dt>${text.from}</dt><dd>${message.from}</dd>
<dt>${text.received}</dt><dd>${readableTime(message.date, language)}</dd></dl>
${links.length > 0 && html`<h2>${text.links}</h2><ul>${links}</ul>`}
${message.html !== '' && html`<h2>${text.html}</h2>${frame(message, text.html)}`}
${message.text !== '' && html`<h2>${text.text}</h2><pre>${textWithLinks(message.text)}</pre>`}
<h2>${text.headers}</h2><dl>${headers}</dl>`;
  const title = message.subject || text.noSubject;
  return renderPage({
    language,
    brand: 'mailbox',
    program: text.program,
    title,
    path: `/messages/${message.id}`,
    body,
  });
}

/** A mail that is not there, or no longer. */
export function missingPage(language: Language): string {
  const text = mailboxTexts[language];
  const body = html`<p><a href="/">${text.back}</a></p>`;
  return renderPage({ language, brand: 'mailbox', program: text.program, title: text.missing, path: '/', body });
}

function frame(message: Message, title: string): Html {
  return html`<iframe src="/messages/${message.id}/html" title="${title}"
sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe>`;
}

function textWithLinks(text: string): readonly Html[] {
  return splitAtLinks(text).map((part) =>
    typeof part === 'string' ? { markup: escapeHtml(part) } : html`<a href="${part.href}">${part.label}</a>`,
  );
}

function readableTime(isoDate: string, language: Language): string {
  const locale = { fi: 'fi-FI', sv: 'sv-FI', en: 'en-GB' }[language];
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Europe/Helsinki',
  });
  return format.format(new Date(isoDate));
}
