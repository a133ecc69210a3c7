import { type Html, html } from '../html.ts';
import type { Language } from '../language.ts';
import { renderPage } from '../pages.ts';
import type { PortalSession } from './session.ts';
import type { PortalSettings } from './settings.ts';
import { portalTexts } from './texts.ts';

/** What every page of a portal is made for. */
export type PortalFrame = Readonly<{ settings: PortalSettings; language: Language }>;

/** What the refresh button came to: `ok`, or the OAuth error code. */
export type RefreshResult = string | undefined;

/** Front page of somebody not signed in. */
export function welcomePage(frame: PortalFrame): string {
  const text = portalTexts[frame.language];
  return page(
    frame,
    text.welcome,
    html`
<p>${frame.settings.purpose[frame.language]}</p>
<p><a class="button" href="/login">${text.signIn}</a> <a class="button secondary" href="/vahva">${text.signInStrongly}</a></p>`,
  );
}

/** Front page of somebody signed in: who, how, and everything that came. */
export function signedInPage(frame: PortalFrame, session: PortalSession, refresh: RefreshResult): string {
  const text = portalTexts[frame.language];
  const { claims, userinfo } = session;
  return page(
    frame,
    text.signedIn,
    html`
${refresh === 'ok' && html`<p class="notice" role="status">${text.refreshed}</p>`}
${refresh !== undefined && refresh !== 'ok' && html`<p class="notice" role="status">${text.notRefreshed}: <code>${refresh}</code></p>`}
<h2>${text.who}</h2>
${facts({ name: userinfo['name'], email: userinfo['email'], sub: claims.sub })}
<h2>${text.how}</h2>
${facts({
  acr: claims.acr,
  amr: Array.isArray(claims.amr) ? claims.amr.join(' ') : undefined,
  auth_time: readableTime(claims.auth_time, frame.language),
  identified_at: readableTime(claims['identified_at'], frame.language),
})}
<div><form method="post" action="/logout"><button type="submit" name="logout" value="yes">${text.signOut}</button></form>
${session.refreshToken !== undefined && refreshForm(text.refresh)}
<a class="button secondary" href="/vahva">${text.signInStrongly}</a></div>
<details><summary>${text.details}</summary><pre>${JSON.stringify({ claims, userinfo }, null, 2)}</pre></details>`,
  );
}

function refreshForm(label: string): Html {
  return html`<form method="post" action="/refresh"><button type="submit" class="secondary">${label}</button></form>`;
}

/** A sign-in that ended without a session: why, the OAuth error code, and the way on. */
export function failedPage(frame: PortalFrame, error: string, description: string, tryAgain: string): string {
  const text = portalTexts[frame.language];
  return page(
    frame,
    text.failedTitle,
    html`
<p>${Object.hasOwn(text.failed, error) ? text.failed[error] : text.failedOther}</p>
<p>${text.code}: <code id="error">${error}</code>${description !== '' && html` <span lang="en">(${description})</span>`}</p>
<p><a class="button" href="${tryAgain}">${text.tryAgain}</a> <a class="button secondary" href="/">${text.toFrontPage}</a></p>`,
  );
}

/** Avain is down. */
export function unavailablePage(frame: PortalFrame): string {
  const text = portalTexts[frame.language];
  return page(
    frame,
    text.unavailableTitle,
    html`<p>${text.unavailable}</p><p><a class="button" href="/login">${text.tryAgain}</a></p>`,
  );
}

function page({ settings, language }: PortalFrame, title: string, body: Html): string {
  return renderPage({ language, brand: settings.clientId, program: settings.name[language], title, path: '/', body });
}

function facts(values: Readonly<Record<string, unknown>>): Html {
  const rows = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<dt>${name}</dt><dd id="${name}">${String(value)}</dd>`);
  return html`<dl>${rows}</dl>`;
}

/** From seconds since 1970, as tokens carry them. */
function readableTime(epochSeconds: unknown, language: Language): string | undefined {
  if (typeof epochSeconds !== 'number') return undefined;
  const locale = { fi: 'fi-FI', sv: 'sv-FI', en: 'en-GB' }[language];
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: 'Europe/Helsinki',
  });
  return format.format(new Date(epochSeconds * 1_000));
}
