/**
 * Factors added and removed by their owner, who has proved themselves in the last minutes. Whoever else is signed in is out
 * then (security R32), and the owner is told by mail. A change that another tab made impossible is not made.
 */
import type { Account, DeviceLook } from '../accounts/account.ts';
import { knownFrom } from '../accounts/known-from.ts';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { ProvedFactor } from '../journey/facts.ts';
import type { OutboxMail } from '../mail/outbox.ts';
import { composeNotice } from '../notices/notice.ts';
import { type Enrolling, keepForSession } from './enrolment.ts';
import { hasSecondFactor, withAuthenticator, withoutPasskey, withPasskey } from './factor-rules.ts';
import type { Authenticator, Passkey } from './factors.ts';
import { type MadeCodes, makeRecoveryCodes } from './recovery-codes.ts';

export type ChangeDeps = Pick<Deps, 'config' | 'clients' | 'storage' | 'keyring' | 'clock' | 'random'> & {
  /** All sessions but the one at hand, and whatever was issued. */
  readonly endOtherSessions: () => Promise<void>;
};

export type Owner = Enrolling & { readonly client: Client; readonly look: DeviceLook };

type Kind = 'authenticator' | 'passkey';
type Told = {
  readonly records: readonly Pick<AuditRecord, 'event' | 'details'>[];
  readonly mails?: readonly OutboxMail[];
};

/** What becomes of the account, or null where it is not what the page showed any more. Pure. */
type Becomes = (account: Account) => Account | null;

/** The account as it is then; null = nothing was changed. */
async function store(
  deps: ChangeDeps,
  { account: { id }, client }: Owner,
  becomes: Becomes,
  told: (after: Account) => Told,
): Promise<Account | null> {
  const common = { at: deps.clock.now(), accountId: id, clientId: client.id, journeyId: null };
  const result = await deps.storage.accounts.update(id, (current) => {
    const after = becomes(current);
    if (after === null) return null;
    const { records, mails = [] } = told(after);
    return { account: after, effects: { audit: records.map((record) => ({ ...common, ...record })), mails } };
  });
  return result.outcome === 'updated' ? result.account : null;
}

/** In whose name the mails speak: of the service the owner knows, since Avain's own pages are none. */
const speaking = async (deps: ChangeDeps, { account }: Owner) => ({ id: await knownFrom(deps, account.id) });

/** Made for this account, and kept for this session before they count: nobody has codes that could never be seen. */
async function prepareCodes(deps: ChangeDeps, owner: Owner): Promise<MadeCodes['stored']> {
  const { codes, stored } = makeRecoveryCodes(deps, owner.account.id, deps.clock.now());
  await keepForSession(deps, owner, { field: 'recovery-codes', madeAt: stored.madeAt }, codes.join(' '));
  return stored;
}

const withCodes = (account: Account, recoveryCodes: MadeCodes['stored']): Account => ({
  ...account,
  factors: { ...account.factors, recoveryCodes },
});

const codesMade = { event: 'recovery-codes.made', details: {} } as const;

export type Added = 'added' | 'added-with-codes' | 'changed';

/** The first factor comes with recovery codes. `at`: its own `addedAt`, by which its notice takes it away again. */
async function add(
  deps: ChangeDeps,
  owner: Owner,
  { factor, at: now }: { readonly factor: Kind; readonly at: Instant },
  becomes: Becomes,
): Promise<Added> {
  const codes = owner.account.factors.recoveryCodes === null ? await prepareCodes(deps, owner) : null;
  const madeNow = ({ factors }: Account) => codes !== null && factors.recoveryCodes?.madeAt === codes.madeAt;
  const model = { at: now, where: owner.look, factor };
  const client = await speaking(deps, owner);
  const after = await store(
    deps,
    owner,
    (current) => {
      const changed = becomes(current);
      return changed && codes && changed.factors.recoveryCodes === null ? withCodes(changed, codes) : changed;
    },
    (account) => ({
      records: [{ event: 'factor.added', details: { factor } }, ...(madeNow(account) ? [codesMade] : [])],
      mails: [composeNotice(deps, { message: 'factor-added', account, client, model })],
    }),
  );
  if (after === null) return 'changed';
  await provedHere(deps, owner, { at: now, method: factor === 'passkey' ? 'hwk' : 'otp' });
  await deps.endOtherSessions();
  return madeNow(after) ? 'added-with-codes' : 'added';
}

/** Whoever set it up here has just shown it: their session is not asked for it at once. */
async function provedHere({ storage }: ChangeDeps, { sessionUid }: Owner, factor: ProvedFactor): Promise<void> {
  await storage.sessions.update(sessionUid, (row) => (row.factor === null ? { value: { ...row, factor } } : null));
}

export function addAuthenticator(deps: ChangeDeps, owner: Owner, authenticator: Authenticator): Promise<Added> {
  return add(deps, owner, { factor: 'authenticator', at: authenticator.addedAt }, (account) =>
    account.factors.authenticator === null ? withAuthenticator(account, authenticator) : null,
  );
}

/** `changed` also where it is there already, or there are `most` of them. */
export function addPasskey(deps: ChangeDeps, owner: Owner, passkey: Passkey, most: number): Promise<Added> {
  return add(deps, owner, { factor: 'passkey', at: passkey.addedAt }, (account) => {
    const { passkeys } = account.factors;
    const fits = passkeys.length < most && passkeys.every(({ id }) => id !== passkey.id);
    return fits ? withPasskey(account, passkey) : null;
  });
}

/** False: it is not there any more. `passkey`: its id; null = the authenticator app. */
export async function removeFactor(deps: ChangeDeps, owner: Owner, passkey: string | null): Promise<boolean> {
  const factor: Kind = passkey === null ? 'authenticator' : 'passkey';
  const model = { at: deps.clock.now(), where: owner.look, factor };
  const client = await speaking(deps, owner);
  const after = await store(
    deps,
    owner,
    (account) => {
      const { authenticator, passkeys } = account.factors;
      if (passkey === null) return authenticator === null ? null : withAuthenticator(account, null);
      return passkeys.some(({ id }) => id === passkey) ? withoutPasskey(account, passkey) : null;
    },
    (account) => ({
      records: [{ event: 'factor.removed', details: { factor, last: !hasSecondFactor(account) } }],
      mails: [composeNotice(deps, { message: 'factor-removed', account, client, model })],
    }),
  );
  if (after !== null) await deps.endOtherSessions();
  return after !== null;
}

export async function renamePasskey(deps: ChangeDeps, owner: Owner, id: string, name: string): Promise<boolean> {
  const becomes = (account: Account) => {
    const passkey = account.factors.passkeys.find((one) => one.id === id);
    return passkey ? withPasskey(account, { ...passkey, name }) : null;
  };
  return (await store(deps, owner, becomes, () => ({ records: [{ event: 'factor.renamed', details: {} }] }))) !== null;
}

export async function setAlways(deps: ChangeDeps, owner: Owner, always: boolean): Promise<boolean> {
  const becomes = (account: Account) =>
    hasSecondFactor(account) ? { ...account, factors: { ...account.factors, always } } : null;
  const record = { event: 'factor.always', details: { always } } as const;
  return (await store(deps, owner, becomes, () => ({ records: [record] }))) !== null;
}

/** New ones, which this session may see; the old ones die. False: none can be used, or another tab made some meanwhile. */
export async function remakeCodes(deps: ChangeDeps, owner: Owner): Promise<boolean> {
  const model = { at: deps.clock.now(), where: owner.look };
  const client = await speaking(deps, owner);
  const before = owner.account.factors.recoveryCodes?.madeAt;
  const codes = await prepareCodes(deps, owner);
  const after = await store(
    deps,
    owner,
    (account) => {
      const untouched = account.factors.recoveryCodes?.madeAt === before;
      return untouched && hasSecondFactor(account) ? withCodes(account, codes) : null;
    },
    (account) => ({
      records: [codesMade],
      mails: [composeNotice(deps, { message: 'recovery-codes-made', account, client, model })],
    }),
  );
  return after !== null;
}
