/** What happened, and why somebody cannot sign in, in the reader's language. Times are those of Helsinki. */
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { TextKey } from '../http/texts.ts';
import type { ClientId } from '../ids.ts';
import { activityWords } from '../self-service/activity-words.ts';
import type { TraceEntry, TraceEvent } from './trace.ts';
import type { Verdict } from './verdict-names.ts';

type WordDeps = Pick<Deps, 'texts' | 'clients'>;

/** What the owner is not told, or in other words: those speak to them, these of them. */
const ownWords: Partial<Readonly<Record<TraceEvent, TextKey>>> = {
  'sign-up.requested': 'timeline.event.sign-up-requested',
  'refresh-token.reused': 'timeline.event.refresh-token-reused',
  'logout.undelivered': 'timeline.event.logout-undelivered',
  'step-up.drawn': 'timeline.event.step-up-drawn',
  'step-up.asked': 'timeline.event.step-up-asked',
  'strong-auth.started': 'timeline.event.strong-auth-started',
  'strong-auth.postponed': 'timeline.event.strong-auth-postponed',
  'account.erased': 'timeline.event.account-erased',
  'membership.given': 'timeline.event.membership-given',
  'membership.taken': 'timeline.event.membership-taken',
  'link-eid.linked': 'timeline.event.linked',
  'data.downloaded': 'timeline.event.data-downloaded',
  'national-id.released': 'timeline.event.national-id-released',
  'dormancy.told': 'timeline.event.dormancy-told',
  'terms.postponed': 'timeline.event.terms-postponed',
  'welcome.greeted': 'timeline.event.welcome-greeted',
  'timeline.read': 'timeline.event.timeline-read',
  'admin.read': 'timeline.event.admin-read',
  'mail.retried': 'timeline.event.mail-retried',
  'password.unknown-address': 'timeline.event.password-unknown-address',
  'mail.queued': 'timeline.event.mail-queued',
  'mail.handed-over': 'timeline.event.mail-handed-over',
  'mail.refused': 'timeline.event.mail-refused',
  'mail.expired': 'timeline.event.mail-expired',
  'link.opened-by-program': 'timeline.event.link-opened-by-program',
  'link.opened': 'timeline.event.link-opened',
  'link.page-shown': 'timeline.event.link-page-shown',
  'link.form-sent': 'timeline.event.link-form-sent',
  'link.dead': 'timeline.event.link-dead',
  'page.shown': 'timeline.event.page-shown',
  'error.shown': 'timeline.event.error-shown',
};

const mails: Readonly<Record<string, TextKey>> = {
  activate: 'timeline.mail.activate',
  reset: 'timeline.mail.reset',
  code: 'timeline.mail.code',
  exists: 'timeline.mail.exists',
  'no-account': 'timeline.mail.no-account',
  'confirm-address': 'timeline.mail.confirm-address',
};

const pages: Readonly<Record<string, TextKey>> = {
  'account-closed': 'timeline.page.account-closed',
  'deletion-asked': 'timeline.page.deletion-asked',
  'new-password': 'timeline.page.new-password',
  'not-authorised': 'timeline.page.not-authorised',
  'link-eid': 'timeline.page.link-eid',
  'pending-address': 'timeline.page.pending-address',
  terms: 'timeline.page.terms',
  consent: 'timeline.page.consent',
  welcome: 'timeline.page.welcome',
};

/** What a mail is, by its name. */
export const mailWords = (mail: string): TextKey => mails[mail] ?? 'timeline.mail.another';

/** Names of mails, pages and services become words; the rest is as it is. */
function inWords(
  { texts, clients }: WordDeps,
  locale: Locale,
  params: Verdict['params'],
): Record<string, string | number> {
  const { mail, page, service } = params;
  return {
    ...params,
    ...(mail !== undefined && { mail: texts.t(locale, mailWords(String(mail))) }),
    ...(page !== undefined && { page: texts.t(locale, pages[page] ?? 'timeline.page.another') }),
    // A cast: whether it is a client is for the registry to say.
    ...(service !== undefined && { service: clients.get(service as ClientId)?.name[locale] ?? service }),
  };
}

/** One sentence or two. */
export function verdictWords(deps: WordDeps, locale: Locale, { name, at, params }: Verdict): string {
  const when = at === null ? {} : { at: deps.texts.datetime(locale, at) };
  return deps.texts.t(locale, `timeline.verdict.${name}`, { ...inWords(deps, locale, params), ...when });
}

function keyOf(event: TraceEvent): TextKey | null {
  // A cast: what is no event of the audit log is in the table above.
  return ownWords[event] ?? activityWords[event as keyof typeof activityWords] ?? null;
}

/** What happened, without when and where: those are beside it. */
export function eventWords(deps: WordDeps, locale: Locale, { event, details }: TraceEntry): string {
  const key = keyOf(event);
  if (key === null) return deps.texts.t(locale, 'timeline.event.another', { code: event });
  const { mail = '', page = '' } = details;
  return deps.texts.t(locale, key, inWords(deps, locale, { mail: String(mail), page: String(page) }));
}
