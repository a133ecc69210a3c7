/** What the newest thing that happened says of how far somebody came: one rule for each thing that says anything. */
import type { TraceEntry, TraceEvent } from './trace.ts';
import type { Verdict, VerdictName } from './verdict-names.ts';

/** `before`: up to this entry, oldest first. null = it says nothing: the one before it is asked. */
type LastWord = (entry: TraceEntry, before: readonly TraceEntry[], known: boolean) => Verdict | null;

const plain =
  (name: VerdictName): LastWord =>
  ({ at }) => ({ name, at, params: {} });

const withDetail =
  (name: VerdictName, param: string, detail: string): LastWord =>
  ({ at, details }) => ({ name, at, params: { [param]: String(details[detail] ?? 'unknown') } });

/** How often it happened since what would have ended the row. */
const counted =
  (name: VerdictName, ends: readonly TraceEvent[]): LastWord =>
  ({ at, event }, before) => {
    const row = before.slice(before.findLastIndex((one) => ends.includes(one.event)) + 1);
    return { name, at, params: { count: row.filter((one) => one.event === event).length } };
  };

const halfway = plain('left-halfway');

/** Notices are no step of a sign-in. */
const waitedFor = new Set(['activate', 'reset', 'code', 'confirm-address']);
const isWaitedFor = ({ details }: TraceEntry) => waitedFor.has(String(details.mail));

const handedOver: Readonly<Record<string, VerdictName>> = {
  activate: 'link-not-opened',
  reset: 'link-not-opened',
  exists: 'mail-exists',
  'no-account': 'mail-no-account',
};

/** RFC 3463: the address of the mailbox is bad. */
const noSuchMailbox = /\b5\.1\.[16]\b/;

const lost =
  (name: VerdictName): LastWord =>
  (entry) => {
    const { mail = '', code = '' } = entry.details;
    if (!isWaitedFor(entry)) return null;
    const params = { mail: String(mail), code: String(code) };
    return { name: noSuchMailbox.test(params.code) ? 'mailbox-missing' : name, at: entry.at, params };
  };

const identificationFailed: LastWord = (entry, before, known) => {
  const row = counted('identification-failed', ['strong-auth.identified'])(entry, before, known);
  return row && { ...row, params: { ...row.params, code: String(entry.details.cause ?? 'unknown') } };
};

const asked: LastWord = ({ at, details }) => {
  if (details.kind === 'identification') {
    return { name: 'identification-not-begun', at, params: { code: String(details.rule) } };
  }
  return details.kind === 'factor' ? { name: 'factor-not-shown', at, params: {} } : null;
};

const lastWords: Partial<Readonly<Record<TraceEvent, LastWord>>> = {
  'mail.refused': lost('mail-refused'),
  'mail.expired': lost('mail-expired'),
  'mail.queued': (entry) => {
    const { mail = '', attempts } = entry.details;
    if (attempts === undefined || !isWaitedFor(entry)) return null;
    return { name: 'mail-waiting', at: entry.at, params: { mail: String(mail), count: Number(attempts) } };
  },
  'mail.handed-over': ({ at, details }) => {
    const name = handedOver[String(details.mail)];
    return name === undefined ? null : { name, at, params: { mail: String(details.mail) } };
  },
  'link.opened-by-program': plain('link-opened-by-program'),
  'link.opened': plain('link-opened-by-program'),
  'link.page-shown': plain('link-not-used'),
  'link.form-sent': plain('link-form-unfinished'),
  'link.dead': (entry, before, known) =>
    entry.details.state === 'used' ? null : withDetail('link-dead', 'code', 'state')(entry, before, known),
  'password.refused': counted('password-wrong', []),
  'password.delayed': plain('password-delayed'),
  'password.unknown-address': (entry, before, known) =>
    known ? plain('other-address')(entry, before, known) : counted('address-unknown', [])(entry, before, known),
  'step-up.asked': asked,
  'strong-auth.started': plain('left-for-bank'),
  'strong-auth.failed': identificationFailed,
  'strong-auth.mismatch': plain('mismatch'),
  'strong-auth.identified': halfway,
  'link-eid.conflict': plain('conflict'),
  'link-eid.declined': plain('link-declined'),
  'link-eid.linked': halfway,
  'email-code.sent': counted('code-not-typed', ['email-code.proved', 'email-code.refused']),
  'email-code.refused': counted('code-wrong', ['email-code.proved']),
  'email-code.proved': halfway,
  'factor.refused': counted('factor-wrong', ['factor.used']),
  'factor.used': halfway,
  'terms.declined': plain('terms-declined'),
  'terms.accepted': halfway,
  'consent.denied': plain('consent-denied'),
  'consent.given': halfway,
  'account.activated': halfway,
  'password.reset': halfway,
  'page.shown': withDetail('stands-at', 'page', 'page'),
  'error.shown': (entry, before, known) =>
    Number(entry.details.status) >= 500 ? withDetail('error-shown', 'code', 'code')(entry, before, known) : null,
};

/** Where nothing else says more. */
const atLeast: typeof lastWords = {
  'sign-in.cancelled': withDetail('cancelled', 'code', 'error'),
  'error.shown': withDetail('error-shown', 'code', 'code'),
};

/** `recent`: since the last sign-in, oldest first; `known`: there is an account. */
export function lastWordOf(recent: readonly TraceEntry[], known: boolean): Verdict | null {
  for (const words of [lastWords, atLeast]) {
    for (const [index, entry] of [...recent.entries()].reverse()) {
      const verdict = words[entry.event]?.(entry, recent.slice(0, index + 1), known) ?? null;
      if (verdict !== null) return verdict;
    }
  }
  return null;
}
