import { describe, expect, test } from '@jest/globals';
import type { AccountId, ClientId } from '../../../src/ids.ts';
import type { EvidenceFilter, Storage, TermsEvidence } from '../../../src/storage/ports.ts';
import { testAccount } from '../../support/storage.ts';
import { type OpenStorage, withStorage } from '../contract.ts';

const all: EvidenceFilter = { termsId: null, from: null, to: null };

function accepted(accountId: AccountId, acceptedAt: number, termsId = 'oima'): TermsEvidence {
  const what = { termsId, version: '3', locale: 'sv', textHash: `hash ${acceptedAt}` };
  return { accountId, ...what, acceptedAt, clientId: 'oima' as ClientId, network: '192.0.0.0/16' };
}

/** Rows of several accounts, not written in the order of their times. */
async function filled({ accounts }: Storage, times: readonly number[]): Promise<readonly TermsEvidence[]> {
  const made = [];
  for (const [index, at] of times.entries()) {
    const account = testAccount();
    const evidence = [accepted(account.id, at, index % 2 === 0 ? 'oima' : 'kuitti')];
    await accounts.create(account, { evidence });
    made.push(...evidence);
  }
  return made;
}

async function scanned({ evidence }: Storage, filter: EvidenceFilter, limit: number): Promise<TermsEvidence[]> {
  const seen: TermsEvidence[] = [];
  for (let after: string | null = null; ; ) {
    const { rows, next } = await evidence.scan(filter, after, limit);
    expect(rows.length).toBeLessThanOrEqual(limit);
    seen.push(...rows);
    if (next === null) return seen;
    after = next;
  }
}

const inOrder = (rows: readonly TermsEvidence[]) =>
  rows.toSorted((a, b) => a.acceptedAt - b.acceptedAt || (a.accountId < b.accountId ? -1 : 1));

export function evidenceContract(open: OpenStorage): void {
  describe('evidence of accepted terms', () => {
    test('of one account comes oldest first, and of nobody else', () =>
      withStorage(open, async (opened) => {
        const { storage } = opened;
        const account = testAccount();
        await storage.accounts.create(account, {
          evidence: [accepted(account.id, 5), accepted(account.id, 6, 'kuitti')],
        });
        await storage.accounts.update(account.id, (before) => ({
          account: { ...before, nickname: 'Aino' },
          effects: { evidence: [accepted(account.id, 7)] },
        }));
        await filled(storage, [6]);
        const reopened = await opened.reopen?.();
        const rows = await (reopened ?? storage).evidence.of(account.id);
        expect(rows).toEqual([accepted(account.id, 5), accepted(account.id, 6, 'kuitti'), accepted(account.id, 7)]);
        await reopened?.close();
      }));

    test.each([1, 2, 3, 100])('is gone through by time, %i at once, each row once, also those of one moment', (limit) =>
      withStorage(open, async ({ storage }) => {
        const made = await filled(storage, [40, 10, 30, 30, 30, 20, 50]);
        const seen = await scanned(storage, all, limit);
        expect(seen.map(({ acceptedAt }) => acceptedAt)).toEqual([10, 20, 30, 30, 30, 40, 50]);
        expect(inOrder(seen)).toEqual(inOrder(made));
      }),
    );

    test('is narrowed to terms and to a span whose end is not in it', () =>
      withStorage(open, async ({ storage }) => {
        const made = await filled(storage, [10, 20, 30, 40, 50]);
        const of = (filter: Partial<EvidenceFilter>) => scanned(storage, { ...all, ...filter }, 2);
        expect(await of({ termsId: 'kuitti' })).toEqual([made[1], made[3]]);
        expect(await of({ from: 20, to: 40 })).toEqual([made[1], made[2]]);
        expect(await of({ termsId: 'oima', from: 11 })).toEqual([made[2], made[4]]);
        expect(await of({ termsId: 'none' })).toEqual([]);
      }));
  });
}
