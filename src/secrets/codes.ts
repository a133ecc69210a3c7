/**
 * The e-mailed six-digit code. A challenge is bound to one journey, browser, account and purpose; its codes live ten
 * minutes each and are stored as keyed MACs. The count of wrong tries is raised before the comparison, in one
 * compare-and-swap, and a resend inside the challenge keeps the previous code its own life (decisions.md §2).
 */
import type { Deps } from '../deps.ts';
import type { CodeChallenge } from '../storage/rows.ts';

type CodeDeps = Pick<Deps, 'config' | 'storage' | 'clock' | 'random' | 'keyring'>;
export type NewChallenge = Pick<CodeChallenge, 'journeyId' | 'browser' | 'accountId' | 'purpose'>;

export type CodeVerdict =
  | { readonly verdict: 'right' }
  | { readonly verdict: 'wrong'; readonly triesLeft: number }
  /** Expired, or succeeded long ago. */
  | { readonly verdict: 'expired' }
  /** Another request of this browser was right a moment ago (a double click): what is now true is on the ladder. */
  | { readonly verdict: 'proved-already' }
  | { readonly verdict: 'exhausted' };

function makeCode({ config, clock, random, keyring }: CodeDeps, challengeId: string) {
  const code = String(random.int(1_000_000)).padStart(6, '0');
  const validUntil = clock.now() + config.lives.emailedCodeSeconds * 1000;
  return { code, row: { mac: keyring.passingMac('code', challengeId, code), validUntil } };
}

/** A double click comes within this; a code whose success got lost in a crash is then expired, and says so. */
const doubleClickMs = 10_000;

const keptMs = (config: CodeDeps['config']): number => config.lives.journeySeconds * 1000;

/** A new challenge with its first code; the challenge before it is dead, since the journey names only this one. */
export async function startChallenge(deps: CodeDeps, challenge: NewChallenge) {
  const { storage, clock, config, random } = deps;
  const id = random.bytes(16).toString('base64url');
  const { code, row } = makeCode(deps, id);
  const now = clock.now();
  const value: CodeChallenge = {
    ...challenge,
    codes: [row],
    wrongTries: 0,
    sentAt: now,
    resends: 0,
    succeededAt: null,
  };
  await storage.challenges.put(id, value, now + keptMs(config));
  return { id, code, validUntil: row.validUntil };
}

/** Another code in the same challenge. null = too soon, too often, or the challenge is used up. */
export async function resendCode(deps: CodeDeps, challengeId: string) {
  const { resends, resendIntervalSeconds, wrongPerChallenge } = deps.config.limits.codes;
  const now = deps.clock.now();
  const { code, row } = makeCode(deps, challengeId);
  const result = await deps.storage.challenges.update(challengeId, (challenge) => {
    const spent = challenge.succeededAt !== null || challenge.wrongTries >= wrongPerChallenge;
    if (spent || challenge.resends >= resends || now - challenge.sentAt < resendIntervalSeconds * 1000) return null;
    const codes = [row, ...challenge.codes].slice(0, 2);
    return { value: { ...challenge, codes, sentAt: now, resends: challenge.resends + 1 } };
  });
  return result?.changed ? { code, validUntil: row.validUntil } : null;
}

/** Right once: of any number of parallel right tries one gets `right`, the others `proved-already`. */
export async function tryCode(
  deps: CodeDeps,
  challengeId: string,
  bound: NewChallenge,
  code: string,
): Promise<CodeVerdict> {
  const { wrongPerChallenge } = deps.config.limits.codes;
  const now = deps.clock.now();
  let verdict: CodeVerdict = { verdict: 'expired' };
  await deps.storage.challenges.update(challengeId, (challenge) => {
    verdict = { verdict: 'expired' };
    if (!isBoundTo(challenge, bound)) return null;
    if (challenge.succeededAt !== null) {
      if (now - challenge.succeededAt < doubleClickMs) verdict = { verdict: 'proved-already' };
      return null;
    }
    if (challenge.wrongTries >= wrongPerChallenge) {
      verdict = { verdict: 'exhausted' };
      return null;
    }
    const live = challenge.codes.filter((candidate) => now < candidate.validUntil);
    if (live.length === 0) return null;
    if (live.some(({ mac }) => deps.keyring.isPassingMac(mac, 'code', challengeId, code))) {
      verdict = { verdict: 'right' };
      return { value: { ...challenge, succeededAt: now, codes: [] } };
    }
    const wrongTries = challenge.wrongTries + 1;
    const triesLeft = wrongPerChallenge - wrongTries;
    verdict = triesLeft > 0 ? { verdict: 'wrong', triesLeft } : { verdict: 'exhausted' };
    return { value: { ...challenge, wrongTries } };
  });
  return verdict;
}

/** A code of another challenge, journey, browser, account or purpose never works. */
export function isBoundTo(challenge: CodeChallenge, bound: NewChallenge): boolean {
  return (
    challenge.journeyId === bound.journeyId &&
    challenge.browser === bound.browser &&
    challenge.accountId === bound.accountId &&
    challenge.purpose === bound.purpose
  );
}

/** Whether the person can still type a code of this challenge, or needs a new challenge. */
export function challengeOpen(challenge: CodeChallenge, config: CodeDeps['config'], now: number): boolean {
  const tries = challenge.wrongTries < config.limits.codes.wrongPerChallenge;
  return challenge.succeededAt === null && tries && challenge.codes.some((code) => now < code.validUntil);
}
