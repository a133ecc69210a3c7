/**
 * `avain brand preview` lives here: how a client looks and speaks, on every page and in every mail, before anybody signs
 * in there. It reads the configuration and the views and writes files; no storage, no network, no running Avain.
 *
 * samples-of.ts: what the pages are filled with. preview.ts: the pages as files. preview-index.ts: the page that lists
 * them, with the ratios. chromium.ts: pictures of them. samples/: plausible things, one row per state that looks different.
 */
import type { Client, Config } from '../config/schema.ts';
import { statementKinds } from '../config/statements.ts';
import { cookieList } from '../http/cookie-list.ts';
import type { Locale } from '../http/locale.ts';
import type { MailName, Mails } from '../http/mail-models.ts';
import { ownStatement } from '../http/statements.ts';
import type { ViewName, Views } from '../http/views.ts';
import { mailSamples } from './samples/mail-samples.ts';
import { pageSamples } from './samples/page-samples.ts';
import { stepSamples } from './samples/step-samples.ts';

/** A page of a client with what fills it; `name` = its view and the number of its state. */
export type PageSample = { readonly name: string; readonly view: ViewName; readonly model: Views[ViewName] };
export type MailSample = { readonly name: string; readonly message: MailName; readonly model: Mails[MailName] };

/** Sends itself to the client as soon as it is open: there is nothing to look at. */
const unseen: readonly string[] = ['pages/form-post'];

/** What pages say beside the samples. */
export type Said = Pick<Config, 'terms' | 'statements' | 'issuer' | 'lives'>;

/** What the client and the installation themselves say on a page, in the place of the sample's. */
function withOwn(view: string, model: object, client: Client, said: Said, locale: Locale): object {
  const kind = statementKinds.find((one) => view === `pages/${one}`);
  if (kind) {
    const own = ownStatement(said, kind, client, locale);
    return { ...model, own, ...(kind === 'cookies' && { cookies: cookieList(said) }) };
  }
  if ('clientNotice' in model) return { ...model, clientNotice: client.notice?.[locale] ?? null };
  if ('contact' in model && client.roster) return { ...model, contact: client.roster.contact[locale] };
  if ('client' in model) return { ...model, client: client.name[locale] };
  // The newest, which may not be in force yet.
  const terms = client.terms === null ? undefined : said.terms[client.terms]?.at(-1);
  if (/^(steps|pages)\/terms$/.test(view) && 'text' in model && terms) {
    const { version, date, texts } = terms;
    return { ...model, version, date, text: texts[locale].markdown };
  }
  return model;
}

/** Every page that people see of this client, state by state. */
export function pagesOf(client: Client, said: Said, locale: Locale): readonly PageSample[] {
  const samples = Object.entries({ ...stepSamples, ...pageSamples }).filter(([view]) => !unseen.includes(view));
  return samples.flatMap(([view, models]) =>
    models.map((model, index) => ({
      name: `${view}-${index + 1}`,
      // The casts: Object.entries forgets its keys, and each model stands under its own view's name.
      view: view as ViewName,
      model: withOwn(view, model, client, said, locale) as Views[ViewName],
    })),
  );
}

export function mailsOf(): readonly MailSample[] {
  return Object.entries(mailSamples).flatMap(([message, models]) =>
    models.map((model, index) => ({ name: `mail/${message}-${index + 1}`, message: message as MailName, model })),
  );
}
