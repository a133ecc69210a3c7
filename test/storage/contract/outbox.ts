import { describe, expect, test } from '@jest/globals';
import { testAudit, testFingerprint, testMail } from '../../support/storage.ts';
import { type OpenStorage, withStorage } from '../contract.ts';

const leaseMs = 30_000;

export function outboxContract(open: OpenStorage): void {
  describe('the outbox', () => {
    test('hands out mails oldest first, each to one worker, and again when the lease has run out', () =>
      withStorage(open, async ({ storage: { outbox } }) => {
        const mails = [testMail(), testMail(), testMail()];
        for (const mail of mails) await outbox.add([mail]);
        const now = 5_000;
        const first = await outbox.claimDue(now, 2, leaseMs);
        expect(first).toEqual(mails.slice(0, 2).map((mail) => ({ id: mail.id, mail, attempts: 1 })));
        expect((await outbox.claimDue(now, 2, leaseMs)).map(({ id }) => id)).toEqual([mails[2]?.id]);
        expect(await outbox.claimDue(now + leaseMs - 1, 10, leaseMs)).toEqual([]);
        const again = await outbox.claimDue(now + leaseMs, 10, leaseMs);
        expect(again.map(({ id, attempts }) => [id, attempts])).toEqual(mails.map(({ id }) => [id, 2]));
      }));

    test('never gives a mail to two of many parallel workers', () =>
      withStorage(open, async ({ storage: { outbox } }) => {
        await outbox.add(Array.from({ length: 30 }, () => testMail()));
        const claims = await Promise.all(Array.from({ length: 20 }, () => outbox.claimDue(2_000, 4, leaseMs)));
        const ids = claims.flat().map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toHaveLength(30);
      }));

    test('tells when the next mail is due, and gives none before', () =>
      withStorage(open, async ({ storage: { outbox } }) => {
        expect(await outbox.nextDueAt()).toBeNull();
        const mail = testMail({ createdAt: 4_000 });
        await outbox.add([mail]);
        expect(await outbox.nextDueAt()).toBe(4_000);
        expect(await outbox.claimDue(3_999, 10, leaseMs)).toEqual([]);
        expect(await outbox.claimDue(4_000, 10, leaseMs)).toHaveLength(1);
        expect(await outbox.nextDueAt()).toBe(4_000 + leaseMs);
        await outbox.retryAt(mail.id, 9_000);
        expect(await outbox.nextDueAt()).toBe(9_000);
        expect((await outbox.claimDue(9_000, 10, leaseMs))[0]?.attempts).toBe(2);
      }));

    test('tells how many wait, leased ones among them, and since when', () =>
      withStorage(open, async ({ storage: { outbox } }) => {
        expect(await outbox.depth()).toEqual({ length: 0, oldestAt: null });
        const old = testMail({ createdAt: 1_000 });
        for (const mail of [testMail({ createdAt: 3_000 }), old, testMail({ createdAt: 2_000 })])
          await outbox.add([mail]);
        await outbox.claimDue(9_000, 10, leaseMs);
        expect(await outbox.depth()).toEqual({ length: 3, oldestAt: 1_000 });
        await outbox.dead(old.id, 'refused', 9_000);
        expect(await outbox.depth()).toEqual({ length: 2, oldestAt: 2_000 });
      }));

    test.each(['delivered', 'dead'] as const)('a %s mail never comes back, not even by a late retry', (end) =>
      withStorage(open, async ({ storage: { outbox } }) => {
        const mail = testMail();
        await outbox.add([mail]);
        await outbox.claimDue(2_000, 1, leaseMs);
        if (end === 'delivered') await outbox.delivered(mail.id, 2_500);
        else await outbox.dead(mail.id, 'expired', 2_500);
        await outbox.retryAt(mail.id, 2_600);
        expect(await outbox.nextDueAt()).toBeNull();
        expect(await outbox.claimDue(1_000_000, 10, leaseMs)).toEqual([]);
      }),
    );

    test('tells what became of the mails to an address or an account, newest first, and what the sealed part was to nobody', () =>
      withStorage(open, async ({ storage: { outbox } }) => {
        const emailFingerprint = testFingerprint('an address');
        const [early, late, other] = [testMail({ emailFingerprint }), testMail({ emailFingerprint }), testMail()];
        for (const mail of [early, late, other]) await outbox.add([mail]);
        await outbox.claimDue(2_000, 1, leaseMs);
        await outbox.dead(early.id, 'refused 550 5.1.1', 2_500);
        const told = await outbox.ofAddress(emailFingerprint);
        expect(told.map(({ id, attempts, settledAt, deadReason }) => [id, attempts, settledAt, deadReason])).toEqual([
          [late.id, 0, null, null],
          [early.id, 1, 2_500, 'refused 550 5.1.1'],
        ]);
        expect(JSON.stringify(told)).not.toContain(early.sealed);
        expect(await outbox.ofAddress(testFingerprint('another'))).toEqual([]);
      }));

    test('lists those that wait and those that were given up, newest first and page by page, and none that was delivered', () =>
      withStorage(open, async ({ storage: { outbox } }) => {
        const [dead, gone, leased, waiting] = [testMail(), testMail(), testMail(), testMail()];
        for (const mail of [dead, gone, leased, waiting]) await outbox.add([mail]);
        await outbox.claimDue(2_000, 3, leaseMs);
        await outbox.dead(dead.id, 'refused 550 5.1.1', 2_500);
        await outbox.delivered(gone.id, 2_500);
        const told = ({ sealed, ...mail }: typeof dead) => mail;
        const all = [
          { mail: told(waiting), sealed: waiting.sealed, attempts: 0, dueAt: waiting.createdAt, deadReason: null },
          { mail: told(leased), sealed: leased.sealed, attempts: 1, dueAt: 2_000 + leaseMs, deadReason: null },
          { mail: told(dead), sealed: null, attempts: 1, dueAt: null, deadReason: 'refused 550 5.1.1' },
        ];
        expect(await outbox.list(null, 10)).toEqual({ mails: all, next: null });
        const first = await outbox.list(null, 2);
        expect(first.mails).toEqual(all.slice(0, 2));
        expect(await outbox.list(first.next, 2)).toEqual({ mails: all.slice(2), next: null });
        expect([await outbox.undelivered(dead.id), await outbox.undelivered(leased.id)]).toEqual([all[2], all[1]]);
        expect([await outbox.undelivered(gone.id), await outbox.undelivered('nobody')]).toEqual([null, null]);
      }));

    test('adds mails and their audit records together or not at all', () =>
      withStorage(open, async ({ storage: { outbox, audit } }) => {
        const mail = testMail();
        await outbox.add([mail], [testAudit({ event: 'sign-up.requested' })]);
        await expect(outbox.add([testMail(), mail], [testAudit()])).rejects.toThrow();
        expect((await audit.list({ limit: 10 })).map(({ event }) => event)).toEqual(['sign-up.requested']);
        expect(await outbox.claimDue(2_000, 10, leaseMs)).toHaveLength(1);
      }));
  });
}
