/**
 * Limits of codes and passkeys (decisions.md §3). Codes are only typed by somebody who has shown the password: what stops
 * them stops no stranger's victim, and the bank stays open. Counted before they are compared, so that many at once are
 * no way round; a right one ends the row of failures, but not the count of the day.
 */
import type { AccountId } from '../ids.ts';
import type { LimitDeps, Wait } from '../secrets/limits.ts';

const secondMs = 1_000;
const dayMs = 86_400_000;
const tenMinutesMs = 600_000;

const until = (resetsAt: number, now: number): number => Math.max(1, Math.ceil((resetsAt - now) / secondMs));

function delayMs({ config }: LimitDeps, tries: number): number {
  const { codes, passwords } = config.limits;
  const doubled = passwords.firstDelaySeconds * 2 ** Math.max(0, tries - codes.wrongPerChallenge - 1);
  return Math.min(doubled, passwords.longestDelaySeconds) * secondMs;
}

/** Counts a code about to be tried, and says how long it must wait instead, in seconds; null = go on. */
export async function factorWait(deps: LimitDeps, account: AccountId): Promise<Wait> {
  const { limits } = deps.storage;
  const { wrongPerChallenge, wrongPerAccountPerDay } = deps.config.limits.codes;
  const now = deps.clock.now();
  const wrong = await limits.peek(`factor|wrong|${account}`);
  if (wrong.count >= wrongPerAccountPerDay) return until(wrong.resetsAt, now);
  const delay = await limits.peek(`factor|delay|${account}`);
  if (delay.count > 0) return until(delay.resetsAt, now);
  const tries = await limits.hit(`factor|tries|${account}`, dayMs);
  if (tries.count > wrongPerAccountPerDay) return until(tries.resetsAt, now);
  if (tries.count <= wrongPerChallenge) return null;
  // Of many parallel tries only the one that opened the delay goes on.
  const opened = await limits.hit(`factor|delay|${account}`, delayMs(deps, tries.count));
  return opened.count > 1 ? until(opened.resetsAt, now) : null;
}

/** The same wait, only looked at: nothing is counted. */
export async function factorStanding({ config, storage, clock }: LimitDeps, account: AccountId): Promise<Wait> {
  const wrong = await storage.limits.peek(`factor|wrong|${account}`);
  if (wrong.count >= config.limits.codes.wrongPerAccountPerDay) return until(wrong.resetsAt, clock.now());
  const delay = await storage.limits.peek(`factor|delay|${account}`);
  return delay.count > 0 ? until(delay.resetsAt, clock.now()) : null;
}

/** True for the wrong code that ends it for the day: its owner is told then, once. */
export async function factorWasWrong({ config, storage }: LimitDeps, account: AccountId): Promise<boolean> {
  const wrong = await storage.limits.hit(`factor|wrong|${account}`, dayMs);
  return wrong.count === config.limits.codes.wrongPerAccountPerDay;
}

export async function forgetWrongFactors({ storage }: LimitDeps, account: AccountId): Promise<void> {
  await Promise.all([
    storage.limits.forget(`factor|tries|${account}`),
    storage.limits.forget(`factor|delay|${account}`),
  ]);
}

/** Refused passkeys of a network, each of which costs a record: as many as wrong passwords. */
export async function passkeyWait({ config, storage, clock }: LimitDeps, network: string): Promise<Wait> {
  const refused = await storage.limits.peek(`passkey|network|${network}`);
  const most = config.limits.passwords.perNetworkPer10Minutes;
  return refused.count >= most ? until(refused.resetsAt, clock.now()) : null;
}

export async function passkeyWasRefused({ storage }: LimitDeps, network: string): Promise<void> {
  await storage.limits.hit(`passkey|network|${network}`, tenMinutesMs);
}
