/** Passes of the retention over a store of their own, with a clock that is told the time. */
import { randomBytes, randomInt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { Account } from '../../src/accounts/account.ts';
import { liveClients } from '../../src/clients/registry.ts';
import type { Client, Config } from '../../src/config/schema.ts';
import type { AccountId } from '../../src/ids.ts';
import { isErasureDue } from '../../src/lifecycle/deletion.ts';
import { eraseAccount } from '../../src/lifecycle/erase-account.ts';
import { applyRetention, type RetentionDeps } from '../../src/lifecycle/retention.ts';
import { retentionReport } from '../../src/lifecycle/retention-report.ts';
import { openMail } from '../../src/mail/messages.ts';
import type { SqliteStorage } from '../../src/storage/sqlite/open.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, type TestClock, testAccount, testAudit, testClock, testMail } from '../support/storage.ts';

const dayMs = 86_400_000;
const keyring = testKeyring(1);

let clock: TestClock;
let storage: SqliteStorage;
let deps: RetentionDeps;
let ended: AccountId[];
beforeEach(async () => {
  clock = testClock();
  storage = await openTestStorage(clock);
  ended = [];
  deps = {
    // A cast: what the retention reads of the configuration.
    config: {
      issuer: 'https://avain.example',
      lives: { deletionWaitSeconds: 14 * 86_400 },
      retention: {
        accounts: { dormantNoticeAfterDays: 730, importedUnusedDays: null, erasedAfterNoticeDays: 30 },
        ...{ evidenceYears: 10, auditDays: 730, activityShownDays: 90, mailLogDays: 30, everyHours: 6 },
      },
    } as unknown as Config,
    // A cast: of a client only where its people begin again.
    clients: liveClients([{ id: 'oima', startUrl: 'https://oima.example/' } as Client]),
    ...{ storage, keyring, clock },
    random: { bytes: randomBytes, int: randomInt },
    log: pino({ level: 'silent' }),
    endSessionsOf: async (id) => void ended.push(id),
  };
});
afterEach(() => storage.close());

async function stored(overrides: Partial<Account> = {}): Promise<Account> {
  const account = testAccount({ createdAt: clock.now(), activatedAt: clock.now(), ...overrides });
  await storage.accounts.create(account, {});
  return account;
}
const endsIn = (ms: number) => ({ askedAt: clock.now(), dueAt: clock.now() + ms, undoTokenHash: 'undo' });
const mails = async () =>
  (await storage.outbox.claimDue(clock.now(), 50, 1)).map(({ mail }) => [mail.message, openMail({ keyring }, mail).to]);
const events = async (id: AccountId) =>
  (await storage.audit.list({ accountId: id, limit: 10 })).map(({ event }) => event).reverse();

describe('a pass of the retention', () => {
  test('erases what is due, with its tokens and links, and tells its owner last', async () => {
    const [due, waiting, living] = [
      await stored({ deletion: endsIn(dayMs) }),
      await stored({ deletion: endsIn(2 * dayMs) }),
      await stored(),
    ];
    const later = clock.now() + 30 * dayMs;
    await storage.artifacts.upsert('RefreshToken', 'token', '{}', { accountId: due.id }, later);
    await storage.newestLinks.put(`reset|${due.emailFingerprint}`, { tokenHash: 'link' }, later);
    clock.advance(dayMs);
    expect(await applyRetention(deps)).toMatchObject({ erased: 1, told: 0 });
    expect(await storage.accounts.byId(due.id)).toBeNull();
    for (const { id } of [waiting, living]) expect(await storage.accounts.byId(id)).not.toBeNull();
    expect(await storage.artifacts.find('RefreshToken', 'token')).toBeNull();
    expect(await storage.newestLinks.get(`reset|${due.emailFingerprint}`)).toBeNull();
    expect(await mails()).toEqual([['deletion-done', due.email]]);
    expect(await events(due.id)).toEqual(['account.erased']);
    expect(await applyRetention(deps)).toMatchObject({ erased: 0 });
  });

  test('a pass that is killed after any of its steps is completed by the next', async () => {
    for (let steps = 0; steps < 4; steps += 1) {
      const account = await stored({ deletion: endsIn(0) });
      let left = steps;
      const broken = <T extends object>(port: T): T =>
        new Proxy(port, {
          get: (target, name) => {
            const call = Reflect.get(target, name);
            if (typeof call !== 'function' || !['revokeByAccount', 'delete', 'erase'].includes(String(name)))
              return call;
            return (...values: unknown[]) => {
              left -= 1;
              return left < 0 ? Promise.reject(new Error('killed')) : Reflect.apply(call, target, values);
            };
          },
        });
      const { artifacts, links, accounts } = storage;
      const dying = { ...storage, artifacts: broken(artifacts), links: broken(links), accounts: broken(accounts) };
      await eraseAccount({ ...deps, storage: dying }, account).catch(() => undefined);
      await applyRetention(deps);
      expect([steps, await storage.accounts.byId(account.id)]).toEqual([steps, null]);
      expect(await events(account.id)).toEqual(['account.erased']);
    }
  });

  test('tells whoever has not come for two years, once; erases them thirty days later, and nobody who came back', async () => {
    const [gone, back] = [await stored(), await stored({ email: 'back@oma.example' })];
    clock.advance(730 * dayMs);
    expect(await applyRetention(deps)).toMatchObject({ told: 2, erased: 0 });
    expect((await mails()).map(([message]) => message)).toEqual(['dormant', 'dormant']);
    expect(await applyRetention(deps)).toMatchObject({ told: 0 });
    clock.advance(dayMs);
    await storage.accounts.update(back.id, (account) => ({
      account: { ...account, lastSignInAt: clock.now(), dormancyToldAt: null },
    }));
    clock.advance(29 * dayMs);
    expect(await applyRetention(deps)).toMatchObject({ told: 0, erased: 1 });
    expect(await storage.accounts.byId(gone.id)).toBeNull();
    expect(await storage.accounts.byId(back.id)).not.toBeNull();
    expect(ended).toEqual([gone.id]);
    expect(await events(gone.id)).toEqual(['dormancy.told', 'deletion.ordered', 'account.erased']);
  });

  test('a sign-in between the look and the erasing is first: the account stays', async () => {
    const account = await stored();
    clock.advance(730 * dayMs);
    await applyRetention(deps);
    clock.advance(31 * dayMs);
    const { update, scan } = storage.accounts;
    const signingIn = {
      ...storage.accounts,
      scan: async (...at: Parameters<typeof scan>) => {
        const found = await scan(...at);
        if (found.length > 0)
          await update(account.id, (now) => ({ account: { ...now, lastSignInAt: clock.now(), dormancyToldAt: null } }));
        return found;
      },
    };
    expect(await applyRetention({ ...deps, storage: { ...storage, accounts: signingIn } })).toMatchObject({
      erased: 0,
    });
    expect((await storage.accounts.byId(account.id))?.deletion).toBeNull();
  });

  test('removes records, mails and evidence of those who are gone, each in its own time', async () => {
    const account = await stored();
    await storage.audit.append(testAudit({ at: clock.now() }));
    const mail = testMail({ createdAt: clock.now() });
    await storage.outbox.add([mail]);
    await storage.outbox.delivered(mail.id, clock.now());
    clock.advance(30 * dayMs);
    expect(await applyRetention(deps)).toMatchObject({ mails: 0, audit: 0 });
    clock.advance(1);
    expect(await applyRetention(deps)).toMatchObject({ mails: 1, audit: 0 });
    clock.advance(700 * dayMs);
    expect(await applyRetention(deps)).toMatchObject({ audit: 1 });
    expect(isErasureDue(account, clock.now())).toBe(false);
  });

  test('the report counts the same, and ends early where it is told to stop', async () => {
    await stored({ deletion: endsIn(0) });
    await stored();
    await stored({ activatedAt: null, importedFrom: 'vanha' });
    const rows = await retentionReport(deps);
    const counted = Object.fromEntries(rows.map(({ name, held, dueNow }) => [name, [held, dueNow]]));
    expect(counted).toMatchObject({
      'deletion-asked': [1, 1],
      dormant: [1, 0],
      'imported-unused': [1, 0],
      'notice-sent': [0, 0],
    });
    expect(await applyRetention(deps, () => true)).toEqual({ told: 0, erased: 0, audit: 0, evidence: 0, mails: 0 });
  });
});
