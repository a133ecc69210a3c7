/**
 * Our own row beside the library's session (decisions.md §5): what was proved in it and when, bound at resume from the
 * journey that just finished. The library's session keeps acr, amr and loginTs only.
 */
import type { Account, DeviceLook } from '../accounts/account.ts';
import { sameIdentity } from '../accounts/account-rules.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, Instant } from '../ids.ts';
import { liveIdentity } from '../journey/gather-facts.ts';
import type { IdentityProof, Journey } from '../journey/journey.ts';
import { passwordProvedAt } from '../journey/journey-rules.ts';
import type { SessionFacts } from '../storage/rows.ts';

type BindDeps = Pick<Deps, 'storage' | 'clock' | 'config'>;

export type BindInput = {
  readonly uid: string;
  readonly accountId: AccountId;
  readonly journey: Journey;
  readonly look: DeviceLook;
};

const laterOf = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

/**
 * The journey's identification, if it is of the account's own person. Whoever holds the browser can come back from a bank
 * in another tab between the ladder's last word and the resume: that must not raise the session's level.
 */
function ownIdentification(deps: BindDeps, account: Account | null, journey: Journey): IdentityProof | null {
  const proof = liveIdentity(journey, deps.config, deps.clock.now());
  return proof && account?.identity && sameIdentity(account.identity.fingerprints, proof.fingerprints) ? proof : null;
}

type Bound = BindInput & { readonly proof: IdentityProof | null; readonly passwordAt: Instant | null };

function merged(
  before: SessionFacts | null,
  { accountId, journey, look, proof, passwordAt }: Bound,
  deps: BindDeps,
): SessionFacts | null {
  const now = deps.clock.now();
  const passwordProvedAt = laterOf(passwordAt, before?.passwordProvedAt ?? null);
  const factor = journey.factor ?? before?.factor ?? null;
  // Nobody proved themselves here or there: nothing to bind, and the ladder will say so.
  if (passwordProvedAt === null && factor?.method !== 'hwk') return null;
  return {
    accountId,
    browser: journey.browser,
    look,
    startedAt: before?.startedAt ?? now,
    passwordProvedAt,
    factor,
    codeProvedAt: laterOf(journey.codeAt, before?.codeProvedAt ?? null),
    identified: proof ? { at: proof.at, method: proof.method, level: proof.level } : (before?.identified ?? null),
    identificationPostponed: journey.identificationPostponed || (before?.identificationPostponed ?? false),
    termsPostponed: [...new Set([...(before?.termsPostponed ?? []), journey.termsPostponed ?? []].flat())],
    expiresAt: before?.expiresAt ?? now + deps.config.lives.sessionAbsoluteSeconds * 1000,
  };
}

/** Puts the journey's proofs into the session's row. Done again by a repeated resume, it changes nothing. */
export async function bindSession(deps: BindDeps, input: BindInput): Promise<void> {
  if (input.journey.accountId !== null && input.journey.accountId !== input.accountId) return;
  const stored = await deps.storage.sessions.get(input.uid);
  const before = stored?.accountId === input.accountId ? stored : null;
  const account = await deps.storage.accounts.byId(input.accountId);
  const proof = ownIdentification(deps, account, input.journey);
  const passwordAt = account && passwordProvedAt(input.journey, account);
  const row = merged(before, { ...input, proof, passwordAt }, deps);
  if (row !== null) await deps.storage.sessions.put(input.uid, row, row.expiresAt);
}
