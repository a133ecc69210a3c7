/** A lost mailbox, from the link to the new one until the change has taken effect or come to nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Logger } from 'pino';
import type { Account } from '../../src/accounts/account.ts';
import { liveClients } from '../../src/clients/registry.ts';
import { retentionSchema } from '../../src/config/retention-schema.ts';
import type { AccountId, ClientId } from '../../src/ids.ts';
import { applyRetention } from '../../src/lifecycle/retention.ts';
import { cancelPending } from '../../src/recovery/cancel-pending.ts';
import { settlePending } from '../../src/recovery/settle-pending.ts';
import { codeDeps } from '../secrets/deps.ts';
import { testAccount, testFingerprint, testIdentity } from '../support/storage.ts';

const dayMs = 86_400_000;

/** An account whose new address has waited for seven days. */
async function waitedFor(overrides: Partial<Account> = {}) {
  const { deps: all, clock } = await codeDeps();
  const ended: AccountId[] = [];
  const deps = { ...all, endSessionsOf: async (id: AccountId): Promise<void> => void ended.push(id) };
  // A cast: of the configuration only its address is read besides.
  Object.assign(deps.config as object, { issuer: 'https://avain.example', retention: retentionSchema.parse({}) });
  const blank = testAccount({ identity: testIdentity(), lastSignInAt: clock.now() });
  const pendingAddress = {
    email: 'Uusi@oma.example',
    emailFingerprint: testFingerprint(),
    replaces: blank.emailFingerprint,
    clientId: 'oima' as ClientId,
    askedAt: clock.now(),
    dueAt: clock.now() + 7 * dayMs,
    undoTokenHash: 'x'.repeat(43),
    toldIn: [],
  };
  const before: Account = { ...blank, pendingAddress, ...overrides };
  await deps.storage.accounts.create(before, {});
  clock.advance(7 * dayMs);
  const read = async (): Promise<Account> => {
    const account = await deps.storage.accounts.byId(before.id);
    if (account === null) throw new Error('the account is gone');
    return account;
  };
  const mails = async () =>
    (await deps.storage.outbox.claimDue(clock.now(), 20, 1)).map(({ mail }) => [mail.message, mail.emailFingerprint]);
  const events = async () =>
    (await deps.storage.audit.list({ accountId: before.id, limit: 9 })).map(({ event }) => event);
  return { deps, clock, before, pendingAddress, ended, read, mails, events };
}

test('due: the address is changed, no password is trusted, everybody is out, both mailboxes are told', async () => {
  const at = await waitedFor({ devices: [{ browser: 'thief' } as never], mustChangePassword: true });
  expect(await settlePending(at.deps, at.before)).toBe('applied');
  const { before, pendingAddress } = at;
  const after = await at.read();
  const now = at.clock.now();
  expect(after).toMatchObject({
    email: 'Uusi@oma.example',
    emailFingerprint: pendingAddress.emailFingerprint,
    pendingAddress: null,
    password: null,
    passwordSetAt: now,
    mustChangePassword: false,
    owedIdentification: { since: now, rule: 'reset' },
    devices: [],
    identity: before.identity,
  });
  const [previous] = after.previousAddresses;
  expect(previous).toMatchObject({ email: before.email, undoUntil: now + 7 * dayMs });
  const undo = await at.deps.storage.links.get(previous?.undoTokenHash ?? '');
  expect(undo).toMatchObject({ purpose: 'undo-address', emailFingerprint: before.emailFingerprint });
  expect(at.ended).toEqual([before.id, before.id]);
  expect(await at.mails()).toEqual([
    ['undo-address', before.emailFingerprint],
    ['new-address', pendingAddress.emailFingerprint],
  ]);
  expect(await at.events()).toEqual(['mailbox.lost-applied']);
});

test('the job that looks at all accounts does it', async () => {
  const at = await waitedFor();
  // A cast: of a log nothing is written here.
  await applyRetention({ ...at.deps, clients: liveClients([]), log: {} as Logger });
  expect([(await at.read()).email, await at.events()]).toEqual(['Uusi@oma.example', ['mailbox.lost-applied']]);
});

test('a millisecond early nothing happens, to nobody', async () => {
  const at = await waitedFor();
  const early = { ...at.deps, clock: { now: () => at.clock.now() - 1 } };
  expect(await settlePending(early, at.before)).toBe('nothing');
  expect(await at.read()).toEqual({ ...at.before, version: 1 });
  expect([at.ended, await at.mails(), await at.events()]).toEqual([[], [], []]);
});

test('somebody has signed up with the address meanwhile: it comes to nothing, and both mailboxes are told', async () => {
  const at = await waitedFor();
  const { emailFingerprint } = at.pendingAddress;
  await at.deps.storage.accounts.create(testAccount({ emailFingerprint }), {});
  expect(await settlePending(at.deps, at.before)).toBe('void');
  const { email, pendingAddress, password } = await at.read();
  expect([email, pendingAddress, password]).toEqual([at.before.email, null, at.before.password]);
  expect(await at.mails()).toEqual([
    ['address-pending-stopped', at.before.emailFingerprint],
    ['address-pending-stopped', emailFingerprint],
  ]);
  expect(await at.events()).toEqual(['mailbox.lost-void']);
});

test('somebody signs up with it at the very moment: the store decides, and no link of the loser is left', async () => {
  const at = await waitedFor();
  const { emailFingerprint } = at.pendingAddress;
  // Between the look and the change.
  const endSessionsOf = async (): Promise<void> => {
    await at.deps.storage.accounts.create(testAccount({ emailFingerprint }), {});
  };
  expect(await settlePending({ ...at.deps, endSessionsOf }, at.before)).toBe('void');
  expect((await at.read()).previousAddresses).toEqual([]);
  expect(await at.events()).toEqual(['mailbox.lost-void']);
});

test.each<[string, Partial<Account>]>([
  ['barred', { barredAt: 5 }],
  ['unlinked', { identity: null }],
  ['under another address', { emailFingerprint: testFingerprint('changed by its owner') }],
])('an account that is %s meanwhile: it comes to nothing, before it is due too', async (_what, changed) => {
  const at = await waitedFor();
  await at.deps.storage.accounts.update(at.before.id, (account) => ({ account: { ...account, ...changed } }));
  at.clock.advance(-dayMs);
  expect(await settlePending(at.deps, await at.read())).toBe('void');
  const { pendingAddress, email } = await at.read();
  expect([pendingAddress, email, at.ended]).toEqual([null, at.before.email, []]);
});

test('cancelled and due at the same moment: one of them counts, whichever comes first', async () => {
  const seen = new Set<string>();
  for (let times = 0; times < 20; times += 1) {
    const at = await waitedFor();
    const cancel = async () => {
      // At another moment of the other's work each time.
      await sleep(times % 4);
      return cancelPending(at.deps, at.before.id, null);
    };
    const [settled, cancelled] = await Promise.all([settlePending(at.deps, at.before), cancel()]);
    const { email } = await at.read();
    seen.add(settled);
    expect([settled, email]).toEqual(cancelled ? ['nothing', at.before.email] : ['applied', at.pendingAddress.email]);
    expect(await at.events()).toHaveLength(1);
    await at.deps.storage.close();
  }
  expect([...seen].toSorted()).toEqual(['applied', 'nothing']);
});

test('ten jobs at once apply it once', async () => {
  const at = await waitedFor();
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => settlePending(at.deps, at.before)));
  expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
  expect(await at.events()).toEqual(['mailbox.lost-applied']);
  expect(await at.mails()).toHaveLength(2);
});
