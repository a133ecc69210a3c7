/**
 * A passkey as a proof: of the person, without password, or as a second factor. Everything that can be wrong ends in one
 * and the same refusal: a passkey of nobody, of a barred account, of another one, for another site, browser or journey,
 * used before, not signed. Only the audit log knows which.
 */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Account, DeviceLook } from '../accounts/account.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, BrowserHash, JourneyId } from '../ids.ts';
import { drawRecords } from '../journey/draw-records.ts';
import { withDraws } from '../journey/step-up.ts';
import { composeNotice } from '../notices/notice.ts';
import type { Change } from '../storage/ports.ts';
import { challengeOf, readAssertion } from './credential.ts';
import { provedMeanwhile } from './double-click.ts';
import { passkeyWait, passkeyWasRefused } from './factor-limits.ts';
import { withPasskey } from './factor-rules.ts';
import type { Passkey } from './factors.ts';
import { type ChallengeScope, isLiveChallenge, spendChallenge } from './passkey-challenge.ts';
import { type Assertion, accountOfHandle, isCopy, verifyAssertion } from './webauthn.ts';

type PasskeyDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock' | 'random'>;

export type PasskeyAttempt = {
  /** As the page's script sent it. */
  readonly credential: string;
  readonly use: 'sign-in' | 'second-factor';
  /** Whose it must be; null = whoever it is of signs in. */
  readonly account: Account | null;
  readonly client: Client;
  readonly journeyId: JourneyId;
  readonly browser: BrowserHash;
  readonly network: string;
  readonly look: DeviceLook;
};

export type PasskeyVerdict =
  | { readonly verdict: 'right'; readonly account: Account }
  /** By the other half of a double click. */
  | { readonly verdict: 'proved-already' }
  | { readonly verdict: 'refused' }
  | { readonly verdict: 'wait'; readonly seconds: number };

type Cause = 'malformed' | 'challenge' | 'unknown' | 'signature' | 'replayed' | 'copy';

export function passkeyScope({
  use,
  account,
  browser,
  journeyId,
}: Pick<PasskeyAttempt, 'use' | 'account' | 'browser' | 'journeyId'>): ChallengeScope {
  return { use, browser, within: journeyId, accountId: account?.id ?? null };
}

export async function provePasskey(deps: PasskeyDeps, attempt: PasskeyAttempt): Promise<PasskeyVerdict> {
  const seconds = await passkeyWait(deps, attempt.network);
  if (seconds !== null) return { verdict: 'wait', seconds };
  const response = readAssertion(attempt.credential);
  const challenge = response && challengeOf(response);
  if (response === null || challenge === null) return refused(deps, attempt, 'malformed', null);
  if (!isLiveChallenge(deps, passkeyScope(attempt), challenge)) return refused(deps, attempt, 'challenge', null);
  const owner = await ownerOf(deps, attempt, response);
  const passkey = owner?.factors.passkeys.find(({ id }) => id === response.id);
  // A barred account is refused like one that is not there: who cannot prove the password learns nothing of it.
  if (!owner || !passkey || owner.barredAt !== null) return refused(deps, attempt, 'unknown', owner?.id ?? null);
  const assertion = await verifyAssertion(deps.config, response, challenge, passkey);
  if (assertion === null) return refused(deps, attempt, 'signature', owner.id);
  if (!(await spendChallenge(deps, challenge))) {
    const already = await provedMeanwhile(deps, attempt.journeyId);
    return already ? { verdict: 'proved-already' } : refused(deps, attempt, 'replayed', owner.id);
  }
  return take(deps, attempt, owner, passkey, assertion);
}

/** As a second factor it may leave the handle out, but not speak of somebody else. */
async function ownerOf(
  { storage }: PasskeyDeps,
  { account }: PasskeyAttempt,
  { response: { userHandle } }: AuthenticationResponseJSON,
): Promise<Account | null> {
  const named = accountOfHandle(userHandle);
  if (account !== null) return named === null || named === account.id ? account : null;
  return named && storage.accounts.byId(named);
}

async function take(
  deps: PasskeyDeps,
  attempt: PasskeyAttempt,
  owner: Account,
  { id }: Passkey,
  assertion: Assertion,
): Promise<PasskeyVerdict> {
  const result = await deps.storage.accounts.update(owner.id, (account) => {
    const passkey = account.factors.passkeys.find((one) => one.id === id);
    // Removed, or barred, while the signature was being checked.
    if (!passkey || account.barredAt !== null || isCopy(passkey, assertion)) return null;
    return taken(deps, attempt, account, { ...passkey, ...assertion, lastUsedAt: deps.clock.now() });
  });
  if (result.outcome === 'updated') return { verdict: 'right', account: result.account };
  if (result.outcome !== 'unchanged') return refused(deps, attempt, 'unknown', owner.id);
  const passkey = result.account.factors.passkeys.find((one) => one.id === id);
  const copy = passkey !== undefined && isCopy(passkey, assertion);
  return refused(deps, attempt, copy ? 'copy' : 'unknown', owner.id, copy ? result.account : null);
}

function taken(
  deps: PasskeyDeps,
  { use, client, journeyId }: PasskeyAttempt,
  account: Account,
  passkey: Passkey,
): Change {
  const now = deps.clock.now();
  const common = { accountId: account.id, clientId: client.id, journeyId };
  const after = withPasskey(account, passkey);
  const used = { ...common, at: now, event: 'factor.used', details: { method: 'hwk', use } } as const;
  if (use === 'second-factor') return { account: after, effects: { audit: [used] } };
  // The dice are thrown after a passkey as after a password (decisions.md §4).
  const { keyring, config } = deps;
  const dice = { keyring, now, chance: config.chance, stepUp: client.stepUp, code: client.code };
  const drawn = withDraws(after, { ...dice, mailboxJustProved: false });
  const draws = drawRecords(after, drawn, client, now).map((record) => ({ ...record, ...common }));
  return { account: drawn, effects: { audit: [used, ...draws] } };
}

/** `told`: whose passkey has a copy somewhere, or is one. */
async function refused(
  deps: PasskeyDeps,
  { client, journeyId, network, look, use }: PasskeyAttempt,
  cause: Cause,
  accountId: AccountId | null,
  told: Account | null = null,
): Promise<PasskeyVerdict> {
  await passkeyWasRefused(deps, network);
  const at = deps.clock.now();
  const details: AuditRecord['details'] = { method: 'hwk', use, cause };
  const audit = { at, event: 'factor.refused', accountId, clientId: client.id, journeyId, details } as const;
  if (told === null) await deps.storage.audit.append(audit);
  else {
    const notice = { message: 'passkey-copied', account: told, client, model: { at, where: look } } as const;
    await deps.storage.outbox.add([composeNotice(deps, notice)], [audit]);
  }
  return { verdict: 'refused' };
}
