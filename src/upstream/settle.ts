/**
 * What an answer of the broker causes: on the account, in the audit log, and on the journey. On a linked account an
 * identification counts at once; on an unlinked one it waits in the journey for the linking.
 */
import { type Account, sameIdentity, withIdentification } from '../accounts/account.ts';
import { withWaitingPassword } from '../accounts/waiting-password.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import { personOf, sealAccountPerson, sealPerson } from '../identity/linking.ts';
import { identityFingerprint } from '../identity/national-id.ts';
import type { BrokerNotice, Journey } from '../journey/journey.ts';
import { composeMail } from '../mail/messages.ts';
import type { Change } from '../storage/ports.ts';
import type { UpstreamExchange } from '../storage/rows.ts';
import type { FinishOutcome } from './broker.ts';
import type { StrongIdentity } from './strong-identity.ts';

/** A person back from the broker, in the browser that left, for the journey and account it was asked for. */
export type Return = Deps & {
  readonly exchange: UpstreamExchange;
  readonly journey: Journey;
  readonly client: Client;
};
type JourneyChange = (journey: Journey) => Journey;

const dayMs = 86_400_000;

/** Writes what must last and returns what becomes of the journey. */
export async function settle(back: Return, outcome: FinishOutcome): Promise<JourneyChange> {
  switch (outcome.outcome) {
    case 'identified':
      return identified(back, outcome.identity);
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
  const account = await storage.accounts.byId(exchange.accountId);
  // Only what our own server saw postpones, and only what the draw alone asks for (decisions.md §1).
  const postpones =
    notice === 'unavailable' && account?.identity != null && account.owedIdentification?.rule === 'rate';
  await storage.audit.append({
    at: clock.now(),
    event: postpones ? 'strong-auth.postponed' : 'strong-auth.failed',
    accountId: exchange.accountId,
    clientId: journey.clientId,
    journeyId: journey.id,
    details: { broker: exchange.brokerId, method: exchange.method, cause },
  });
  return (current) => ({
    ...current,
    brokerNotice: notice,
    identificationPostponed: current.identificationPostponed || postpones,
  });
}

async function identified(back: Return, identity: StrongIdentity): Promise<JourneyChange> {
  const { keyring, storage, exchange, journey } = back;
  const fingerprints = [identityFingerprint(keyring, { country: identity.country, idValue: identity.idValue })];
  const account = await storage.accounts.byId(exchange.accountId);
  if (account?.identity && !sameIdentity(account.identity.fingerprints, fingerprints)) return mismatched(back, account);
  const at = back.clock.now();
  const proof = {
    at,
    fingerprints,
    sealed: sealPerson(keyring, journey.id, identity),
    level: identity.level,
    method: identity.method,
    evidenceId: identity.evidenceId,
  };
  // The last demanded proof of an account that is linked and owes no code.
  const lastProof = account?.identity != null && account.owedCode === null;
  await storage.accounts.update(exchange.accountId, (current) =>
    identification(back, current, identity, at, lastProof),
  );
  return (current) => ({
    ...current,
    identity: proof,
    brokerNotice: null,
    identificationPostponed: false,
    ...(lastProof && { newPassword: null }),
  });
}

/** On a linked account the identification counts at once; on an unlinked one the linking writes it. */
function identification(
  back: Return,
  account: Account,
  identity: StrongIdentity,
  at: number,
  lastProof: boolean,
): Change {
  const { exchange, journey, client, keyring } = back;
  const details = {
    broker: exchange.brokerId,
    method: identity.method,
    level: identity.level,
    evidence: identity.evidenceId,
  };
  const common = { accountId: account.id, clientId: client.id, journeyId: journey.id };
  const audit = { ...common, at, event: 'strong-auth.identified', details } as const;
  if (account.identity === null) return { account, effects: { audit: [audit] } };
  const person = sealAccountPerson(keyring, account, personOf(identity));
  const change: Change = { account: withIdentification(account, person, at), effects: { audit: [audit] } };
  if (!lastProof) return change;
  const locale = journey.locale ?? account.locale;
  return withWaitingPassword(
    back,
    change,
    { newPassword: journey.newPassword, client, locale, journeyId: journey.id },
    at,
  );
}

/** Somebody else at the bank: the proof is dropped here and now, and the owner is told at most once a day. */
async function mismatched(back: Return, owner: Account): Promise<JourneyChange> {
  const { clock, storage, client, journey, exchange } = back;
  const now = clock.now();
  await storage.accounts.update(owner.id, (account) => {
    const told = account.mismatchMailedAt !== null && now - account.mismatchMailedAt < dayMs;
    const { id: accountId, email: to, emailFingerprint, locale } = account;
    const mail = { message: 'mismatch', model: { at: now }, to, emailFingerprint, accountId, client, locale } as const;
    const details = { broker: exchange.brokerId, method: exchange.method };
    const audit = {
      at: now,
      event: 'strong-auth.mismatch',
      accountId,
      clientId: client.id,
      journeyId: journey.id,
      details,
    } as const;
    const changed = told ? account : { ...account, mismatchMailedAt: now };
    return { account: changed, effects: { audit: [audit], mails: told ? [] : [composeMail(back, mail)] } };
  });
  return (current) => ({ ...current, identity: null, brokerNotice: 'mismatch', mismatches: current.mismatches + 1 });
}
