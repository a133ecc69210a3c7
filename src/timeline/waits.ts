import type { Deps } from '../deps.ts';
import { factorStanding } from '../factors/factor-limits.ts';
import type { Instant } from '../ids.ts';
import { passwordKeys, type Wait, wrongCodesWait } from '../secrets/limits.ts';
import type { Trace } from './trace.ts';

/** Until when what is typed does not count; null = it counts. */
export type Waits = {
  readonly password: Instant | null;
  readonly code: Instant | null;
  readonly factor: Instant | null;
};

/** Looked at without counting. Those of a network are nobody's own, and are not told here. */
export async function waitsOf(
  deps: Pick<Deps, 'config' | 'storage' | 'clock'>,
  { account, fingerprint }: Pick<Trace, 'account' | 'fingerprint'>,
): Promise<Waits> {
  const { config, clock } = deps;
  const { limits } = deps.storage;
  const at = (wait: Wait): Instant | null => (wait === null ? null : clock.now() + wait * 1_000);
  const keys = fingerprint && passwordKeys(fingerprint);
  const [delay, tries] = keys ? await Promise.all([limits.peek(keys.delay), limits.peek(keys.tries)]) : [];
  const isOver = tries !== undefined && tries.count > config.limits.passwords.consecutivePerAccount;
  return {
    password: delay && delay.count > 0 ? delay.resetsAt : isOver ? tries.resetsAt : null,
    code: account && at(await wrongCodesWait(deps, account.id)),
    factor: account && at(await factorStanding(deps, account.id)),
  };
}
