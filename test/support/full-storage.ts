/** A store with something in every table, and the check that another store has all of it. */
import { expect } from '@jest/globals';
import type { AccountId, ClientId } from '../../src/ids.ts';
import type { CopyProgress } from '../../src/storage/copy.ts';
import type { MovableStorage, Moving } from '../../src/storage/moving.ts';
import type { Storage } from '../../src/storage/ports.ts';
import {
  type TestClock,
  testAccount,
  testAudit,
  testIdentity,
  testKeySet,
  testMail,
  testRosterEntry,
} from './storage.ts';

export const silent: CopyProgress = { table: () => undefined, copied: () => undefined, verified: () => undefined };

/** A source that can be read for so many pages. */
export function breakingAfter(pages: number, source: Moving): Moving {
  let read = 0;
  return {
    ...source,
    read: async (table, from, asOf) => {
      read += 1;
      if (read > pages) throw new Error('the cable was pulled');
      return source.read(table, from, asOf);
    },
  };
}

const dayMs = 86_400_000;

/** `accounts` of them, and a few rows of everything else; one second passes, so that some of it has expired. */
export async function fillStorage(storage: Storage, clock: TestClock, accounts = 3) {
  const soon = clock.now() + 500;
  const later = clock.now() + dayMs;
  const identity = testIdentity();
  const first = testAccount({
    id: 'first' as AccountId,
    identity,
    factors: {
      authenticator: { sealedSecret: 'sealed', addedAt: 3, lastStep: 58_000_000 },
      passkeys: [
        {
          id: 'id',
          publicKey: 'key',
          signCount: 4,
          transports: ['internal'],
          name: 'Ån puhelin',
          backedUp: true,
          addedAt: 3,
          lastUsedAt: null,
        },
      ],
      recoveryCodes: { macs: ['mac', 'another'], madeAt: 3 },
      always: true,
    },
    consents: {
      ['a.client.with.dots' as ClientId]: { scopes: ['openid'], claims: [], leftOut: ['email'], givenAt: 5 },
    },
  });
  const evidence = {
    accountId: first.id,
    termsId: 'oima',
    version: '2',
    locale: 'sv',
    textHash: 'hash',
    acceptedAt: 7,
    clientId: 'oima' as ClientId,
    network: '2001:db8::/32',
  };
  const events = ['sign-up.requested', 'account.created', 'sign-in.finished'] as const;
  // Of today: what is older than its time the stores remove by themselves.
  const now = clock.now();
  const mail = testMail({ accountId: first.id, createdAt: now, expiresAt: later });
  await storage.accounts.create(first, {
    audit: events.map((event) => testAudit({ event, accountId: first.id, at: 9, details: { some: 'thing' } })),
    mails: [mail],
    evidence: [evidence],
    spends: 'a spent token',
  });
  await storage.accounts.update(first.id, (account) => ({ account: { ...account, nickname: 'Åke' } }));
  for (let count = 1; count < accounts; count += 50) {
    const batch = Array.from({ length: Math.min(50, accounts - count) }, () => testAccount());
    await Promise.all(batch.map((account) => storage.accounts.create(account, {})));
  }
  const settled = testMail({ createdAt: now, expiresAt: later });
  await storage.outbox.add([settled], [testAudit({ event: 'strong-auth.failed', at: 10, actor: 'operator:a name' })]);
  await storage.outbox.delivered(settled.id, now);
  await storage.signingKeys.replace(testKeySet(1), []);
  await storage.marks.put('a mark', 'so far');
  const listed = testRosterEntry({ fingerprints: identity.fingerprints, sealedNote: 'sealed', validTo: later });
  await storage.rosters.add({ entry: listed, audit: [] });
  const logout = { id: 'logout', clientId: 'oima' as ClientId, accountId: first.id, sid: 'sid', createdAt: now };
  await storage.logouts.add([logout]);
  const client = { id: 'palkka' as ClientId, text: 'name: Palkka\n', changedAt: 4 };
  await storage.clients.put(client);
  const counted = { day: '2026-11-22', clientId: 'a.client.with.dots' as ClientId, counts: { 'a/b': 3 } };
  await storage.statistics.add('a batch', [counted]);
  const { artifacts } = storage;
  const index = { accountId: first.id, grantId: 'grant', clientId: 'oima' };
  await artifacts.upsert('RefreshToken', 'spent', '{"n":1}', index, later);
  await artifacts.consume('RefreshToken', 'spent');
  await artifacts.upsert('Session', 'session', '{"n":2}', { uid: 'uid', accountId: first.id }, later);
  await artifacts.upsert('Client', 'for-ever', '{"n":3}', {}, null);
  await artifacts.upsert('Session', 'old', '{"n":4}', { uid: 'old' }, soon);
  await storage.origins.put('origin', { clientId: 'oima' as ClientId, locale: 'fi' }, later);
  await storage.origins.put('old', { clientId: 'oima' as ClientId, locale: 'fi' }, soon);
  await storage.limits.hit('limit', dayMs);
  const hit = await storage.limits.hit('limit', dayMs);
  await storage.limits.hit('old', 500);
  clock.advance(1_000);

  return {
    /** What `storage` had is in `other`, and behaves there as it did. */
    async expectIn(other: MovableStorage): Promise<void> {
      const account = await other.accounts.byId(first.id);
      expect(account).toEqual({ ...first, version: 2, nickname: 'Åke' });
      expect(await other.accounts.byEmail(first.emailFingerprint)).toEqual(account);
      expect(await other.accounts.byIdentity(identity.fingerprints)).toEqual(account);
      expect(await other.accounts.isSpent('a spent token')).toBe(true);
      expect(await other.accounts.create(testAccount(), { spends: 'a spent token' })).toBe('spent');
      expect(await other.accounts.create(testAccount({ emailFingerprint: first.emailFingerprint }), {})).toBe(
        'email-taken',
      );
      expect(await other.evidence.of(first.id)).toEqual([evidence]);
      const audit = await other.audit.list({ accountId: first.id, limit: 10 });
      expect(audit.map(({ event }) => event)).toEqual([...events].reverse());
      expect(audit[0]).toEqual(
        testAudit({ event: 'sign-in.finished', accountId: first.id, at: 9, details: { some: 'thing' } }),
      );
      expect((await other.audit.list({ limit: 10 })).map(({ actor }) => actor)).toContain('operator:a name');
      expect(await other.outbox.claimDue(clock.now(), 10, 1)).toEqual([{ id: mail.id, mail, attempts: 1 }]);
      const claim = { limit: 10, leaseMs: 1, except: [] };
      expect(await other.logouts.claimDue(clock.now(), claim)).toEqual([{ logout, attempts: 1 }]);
      expect(await other.signingKeys.read()).toEqual(testKeySet(1));
      expect(await other.marks.get('a mark')).toBe('so far');
      expect(await other.rosters.byId(listed.id)).toEqual(listed);
      expect(await other.clients.all()).toEqual([client]);
      expect(await other.statistics.read('2026-11-22', '2026-11-22')).toEqual([counted]);
      expect(await other.rosters.isListed(listed.roster, identity.fingerprints, later - 1)).toBe(true);
      expect(await other.rosters.add({ entry: { ...listed, id: testRosterEntry().id }, audit: [] })).toBe('taken');
      expect((await other.artifacts.find('RefreshToken', 'spent'))?.consumedAt).toEqual(expect.any(Number));
      expect(await other.artifacts.consume('RefreshToken', 'spent')).toBe(false);
      expect((await other.artifacts.findByUid('Session', 'uid'))?.payload).toBe('{"n":2}');
      expect(await other.artifacts.ofAccount('Session', first.id)).toEqual(['{"n":2}']);
      expect((await other.artifacts.find('Client', 'for-ever'))?.payload).toBe('{"n":3}');
      expect(await other.origins.get('origin')).toEqual({ clientId: 'oima', locale: 'fi' });
      expect(await other.limits.peek('limit')).toEqual(hit);
      await other.artifacts.revokeByGrant('RefreshToken', 'grant');
      expect(await other.artifacts.find('RefreshToken', 'spent')).toBeNull();
      // Each once, and nothing that had expired when the copy began.
      const rows = {
        accounts,
        spentTokens: 1,
        termsEvidence: 1,
        audit: 4,
        outbox: 2,
        logouts: 1,
        signingKeys: 1,
        marks: 1,
        rosters: 1,
        clients: 1,
        statistics: 1,
        rows: 1,
        rateLimits: 1,
      };
      for (const [table, expected] of Object.entries(rows)) {
        expect([table, await other.moving.count(table as keyof typeof rows, 0)]).toEqual([table, expected]);
      }
      expect(await other.moving.count('artifacts', 0)).toBe(2);
    },
  };
}
