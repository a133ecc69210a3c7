/**
 * What an answer of the broker causes: on the account, in the audit log, and on the journey. On a linked account an
 * identification counts at once; on an unlinked one it waits in the journey for the linking.
 */
import type { Account, DeviceLook } from '../accounts/account.ts';
import { sameIdentity, withIdentification } from '../accounts/account-rules.ts';
import { withWaitingPassword } from '../accounts/waiting-password.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { personOf, sealAccountPerson, sealPerson } from '../identity/linking.ts';
import { dropForeignIdentity } from '../identity/mismatch.ts';
import { identityFingerprints } from '../identity/national-id.ts';
import type { AccountId, Fingerprint, Instant } from '../ids.ts';
import type { BrokerNotice, IdentityProof, Journey } from '../journey/journey.ts';
import { withStoredPassword } from '../journey/journey-rules.ts';
import { type SettleDeps, settlePending } from '../recovery/settle-pending.ts';
import type { Change } from '../storage/ports.ts';
import type { UpstreamExchange } from '../storage/rows.ts';
import type { FinishOutcome } from './broker.ts';
import type { StrongIdentity } from './strong-identity.ts';

/** A person back from the broker, in the browser that left, for the journey and account it was asked for. */
export type Return = Deps & {
  readonly endSessionsOf: SettleDeps['endSessionsOf'];
  readonly exchange: UpstreamExchange;
  readonly journey: Journey;
  readonly client: Client;
  readonly where: DeviceLook;
};
type JourneyChange = (journey: Journey) => Journey;
/** For the sake of an account whose password was proved. */
type SignInReturn = Return & { readonly exchange: Extract<UpstreamExchange, { purpose: 'sign-in' }> };

/** Writes what must last and returns what becomes of the journey. */
export async function settle(back: Return, outcome: FinishOutcome): Promise<JourneyChange> {
  const { exchange } = back;
  switch (outcome.outcome) {
    case 'identified':
      if (exchange.purpose === 'find-account') return found(back, outcome.identity);
      return identified({ ...back, exchange }, outcome.identity);
    case 'unavailable':
      return failed(back, 'unavailable', outcome.cause);
    case 'failed':
      return failed(back, 'failed', outcome.cause);
    default:
      return failed(back, outcome.outcome, outcome.outcome);
  }
}

async function failed(
  { storage, clock, exchange, journey }: Return,
  notice: BrokerNotice,
  cause: string,
): Promise<JourneyChange> {
  const account = exchange.purpose === 'sign-in' ? await storage.accounts.byId(exchange.accountId) : null;
  // Only what our own server saw postpones, and only what the draw alone asked for (decisions.md §1).
  const rule = ruleOf(journey);
  const postpones = notice === 'unavailable' && account?.identity != null && rule === 'rate';
  await storage.audit.append({
    at: clock.now(),
    event: postpones ? 'strong-auth.postponed' : 'strong-auth.failed',
    accountId: exchange.accountId,
    clientId: journey.clientId,
    journeyId: journey.id,
    details: { broker: exchange.brokerId, method: exchange.method, cause },
  });
  const finding = exchange.purpose === 'find-account';
  return (current) => ({
    ...current,
    ...(finding && { door: 'find-account' }),
    brokerNotice: notice,
    identificationPostponed: current.identificationPostponed || postpones,
  });
}

function proofOf({ keyring, journey }: Return, identity: StrongIdentity, at: Instant): IdentityProof {
  const { level, method, evidenceId } = identity;
  const fingerprints = identityFingerprints(keyring, identity);
  return { at, fingerprints, sealed: sealPerson(keyring, journey.id, identity), level, method, evidenceId };
}

/**
 * Somebody who does not remember their address. The proof waits in the journey: a page names the account (masked), and it
 * counts for that account once its password is proved too (steps/password.ts).
 */
async function found(back: Return, identity: StrongIdentity): Promise<JourneyChange> {
  const { storage, exchange, journey, client } = back;
  const at = back.clock.now();
  const proof = proofOf(back, identity, at);
  const owner = await storage.accounts.byIdentity(proof.fingerprints);
  // Whoever waits for a new address need not wait for the job as well.
  if (owner !== null) await settlePending(back, owner);
  const common = { at, accountId: owner?.id ?? null, clientId: client.id, journeyId: journey.id };
  const details = { ...tellingOf(exchange, identity), purpose: exchange.purpose };
  await storage.audit.append({ ...common, event: 'strong-auth.identified', details });
  await storage.audit.append({ ...common, event: 'address.forgotten-asked', details: { found: owner !== null } });
  return (current) => ({ ...current, door: 'find-account', identity: proof, brokerNotice: null });
}

async function identified(back: SignInReturn, identity: StrongIdentity): Promise<JourneyChange> {
  const { storage, exchange } = back;
  const at = back.clock.now();
  const proof = proofOf(back, identity, at);
  const { fingerprints } = proof;
  const account = await storage.accounts.byId(exchange.accountId);
  if (isForeign(account, fingerprints)) return dropped(back);
  const owner = account?.identity === null ? await storage.accounts.byIdentity(fingerprints) : null;
  // The last demanded proof of an account that is linked and owes no code.
  const lastProof = account?.identity != null && account.owedCode === null;
  const result = await storage.accounts.update(exchange.accountId, (current) =>
    isForeign(current, fingerprints)
      ? null
      : identification(back, current, { identity, owner: owner?.id ?? null, at, lastProof }),
  );
  // Linked to somebody else, in another tab, since it was looked at.
  if (result.outcome === 'unchanged' && isForeign(result.account, fingerprints)) return dropped(back);
  return (current) => ({
    ...(lastProof && current.newPassword !== null ? withStoredPassword(current, at) : current),
    identity: proof,
    brokerNotice: null,
    identificationPostponed: false,
  });
}

function isForeign(account: Account | null, fingerprints: readonly Fingerprint[]): boolean {
  return account?.identity != null && !sameIdentity(account.identity.fingerprints, fingerprints);
}

function dropped(back: SignInReturn): Promise<JourneyChange> {
  const { exchange, journey, client, where } = back;
  const details = { broker: exchange.brokerId, method: exchange.method, rule: ruleOf(journey) };
  return dropForeignIdentity(back, { accountId: exchange.accountId, client, journeyId: journey.id, where, details });
}

type Identified = {
  readonly identity: StrongIdentity;
  /** The other account that the identity is linked to, if there is one. */
  readonly owner: AccountId | null;
  readonly at: number;
  readonly lastProof: boolean;
};

/** On a linked account the identification counts at once; on an unlinked one the linking writes it. */
function identification(back: Return, account: Account, { identity, owner, at, lastProof }: Identified): Change {
  const { exchange, journey, client, keyring, where } = back;
  const details = { ...tellingOf(exchange, identity), rule: ruleOf(journey) };
  const common = { accountId: account.id, clientId: client.id, journeyId: journey.id };
  const audit = { ...common, at, event: 'strong-auth.identified', details } as const;
  if (account.identity === null) return { account, effects: { audit: [audit, ...conflict(common, owner, at)] } };
  const person = sealAccountPerson(keyring, account, personOf(identity));
  const change: Change = { account: withIdentification(account, person, at), effects: { audit: [audit] } };
  if (!lastProof) return change;
  return withWaitingPassword(
    back,
    change,
    { newPassword: journey.newPassword, client, journeyId: journey.id, where },
    at,
  );
}

/** Which rule asked for the identification; null = none did. */
function ruleOf({ asked }: Journey): string | null {
  return asked.findLast(({ kind }) => kind === 'identification')?.rule ?? null;
}

function tellingOf({ brokerId: broker }: UpstreamExchange, { method, level, evidenceId: evidence }: StrongIdentity) {
  return { broker, method, level, evidence };
}

/** Told in the log of both accounts, for whoever asks support why. */
function conflict(
  here: Pick<AuditRecord, 'accountId' | 'clientId' | 'journeyId'>,
  owner: AccountId | null,
  at: number,
) {
  if (owner === null) return [];
  const event = 'link-eid.conflict' as const;
  const there = { ...here, accountId: owner, at, event, details: { account: here.accountId } };
  return [{ ...here, at, event, details: { account: owner } }, there];
}
