import { describe, expect, test } from '@jest/globals';
import type { AccountId, ClientId } from '../../../src/ids.ts';
import type { TermsEvidence } from '../../../src/storage/ports.ts';
import { testAccount, testAudit, testMail } from '../../support/storage.ts';
import { type OpenStorage, withStorage } from '../contract.ts';

const evidenceOf = (accountId: AccountId, acceptedAt: number): TermsEvidence => ({
  accountId,
  termsId: 'oima',
  version: `${acceptedAt}`,
  locale: 'fi',
  textHash: 'hash',
  acceptedAt,
  clientId: 'oima' as ClientId,
  network: 'local',
});

export function keptContract(open: OpenStorage): void {
  describe('what is kept for a time', () => {
    test('records: counted; removing them is the business of their chain', () =>
      withStorage(open, async ({ storage: { audit, kept } }) => {
        expect(await kept.count('audit', 100)).toEqual({ rows: 0, due: 0, oldestAt: null });
        for (const at of [30, 10, 20, 40]) await audit.append(testAudit({ at }));
        expect(await kept.count('audit', 40)).toEqual({ rows: 4, due: 3, oldestAt: 10 });
      }));

    test('mails: by when they were settled; what waits is not touched, however old', () =>
      withStorage(open, async ({ storage: { outbox, kept } }) => {
        const [waiting, old, fresh] = [testMail(), testMail(), testMail()];
        for (const mail of [waiting, old, fresh]) await outbox.add([mail]);
        await outbox.delivered(old.id, 2_000);
        await outbox.dead(fresh.id, 'refused', 3_000);
        expect(await kept.count('mails', 3_000)).toEqual({ rows: 3, due: 1, oldestAt: 2_000 });
        expect(await kept.remove('mails', 3_000, 10)).toBe(1);
        expect((await outbox.claimDue(1e12, 10, 1)).map(({ id }) => id)).toEqual([waiting.id]);
        expect(await kept.count('mails', 3_001)).toEqual({ rows: 2, due: 1, oldestAt: 3_000 });
      }));

    test('evidence: only of accounts that are gone, also behind many of accounts that are there', () =>
      withStorage(open, async ({ storage }) => {
        const { accounts, kept } = storage;
        const [there, gone] = [testAccount(), testAccount()];
        await accounts.create(there, {});
        for (let first = 0; first < 600; first += 50) {
          const evidence = Array.from({ length: 50 }, (_, n) => evidenceOf(there.id, first + n));
          await accounts.update(there.id, (account) => ({ account, effects: { evidence } }));
        }
        await accounts.create(gone, { evidence: [evidenceOf(gone.id, 650), evidenceOf(gone.id, 700)] });
        expect(await kept.count('evidence', 700)).toEqual({ rows: 602, due: 0, oldestAt: 0 });
        await accounts.erase(gone.id, () => ({}));
        expect(await kept.count('evidence', 700)).toEqual({ rows: 602, due: 1, oldestAt: 0 });
        expect(await kept.remove('evidence', 700, 10)).toBe(1);
        expect(await kept.remove('evidence', 700, 10)).toBe(0);
        expect(await kept.count('evidence', 701)).toEqual({ rows: 601, due: 1, oldestAt: 0 });
      }));
  });
}
