/**
 * Why somebody cannot sign in now: rules over what is known, read from the top. `standing` is what holds whatever the
 * person does; then the newest thing since they were last in that says how far they came (`lastWords`); else all is well.
 * Pure, and each rule has its words in views/texts (`timeline.verdict.<name>`) and its test.
 */
import type { Account } from '../accounts/account.ts';
import type { Instant } from '../ids.ts';
import { lastWordOf } from './last-words.ts';
import type { TraceEntry } from './trace.ts';
import type { Verdict } from './verdict-names.ts';
import type { Waits } from './waits.ts';

export type VerdictFacts = {
  readonly account: Account | null;
  /** Since the last sign-in, oldest first. */
  readonly recent: readonly TraceEntry[];
  readonly waits: Waits;
  /** Whether the roster of that client has the person now. */
  readonly isListed: (clientId: string) => boolean;
};

type Rule = (facts: VerdictFacts) => Verdict | null;

const since = (name: Verdict['name'], at: Instant | null | undefined): Verdict | null =>
  at == null ? null : { name, at, params: {} };

/** The person would stand there again: nobody has put them on the list since. */
const unlisted: Rule = ({ recent, isListed }) => {
  const refused = recent.findLast(({ details }) => details.page === 'not-authorised');
  const clientId = refused?.clientId ?? null;
  if (!refused || clientId === null) return null;
  return { name: isListed(clientId) ? 'listed-since' : 'not-listed', at: refused.at, params: { service: clientId } };
};

const standing: readonly Rule[] = [
  ({ account }) => since('barred', account?.barredAt),
  ({ account }) => since('deletion-asked', account?.deletion?.dueAt),
  ({ waits }) => since('password-waits', waits.password),
  ({ waits }) => since('codes-wait', waits.code),
  ({ waits }) => since('factor-waits', waits.factor),
  unlisted,
];

/** Nothing has happened since that stands in the way. */
function atRest(account: Account | null): Verdict {
  if (account === null) return { name: 'no-account', at: null, params: {} };
  if (account.activatedAt === null) return { name: 'never-activated', at: account.createdAt, params: {} };
  if (account.password === null && account.factors.passkeys.length === 0) {
    return { name: 'no-password', at: account.passwordSetAt, params: {} };
  }
  return account.lastSignInAt === null
    ? { name: 'never-signed-in', at: account.activatedAt, params: {} }
    : { name: 'all-well', at: account.lastSignInAt, params: {} };
}

export function verdictOf(facts: VerdictFacts): Verdict {
  for (const rule of standing) {
    const verdict = rule(facts);
    if (verdict !== null) return verdict;
  }
  return lastWordOf(facts.recent, facts.account !== null) ?? atRest(facts.account);
}
