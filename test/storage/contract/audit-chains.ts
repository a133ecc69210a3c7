import { describe, expect, test } from '@jest/globals';
import { createCheckpointing } from '../../../src/audit/checkpoints.ts';
import { trimAudit } from '../../../src/audit/trim.ts';
import type { AuditPosition } from '../../../src/storage/audit-port.ts';
import type { Storage } from '../../../src/storage/ports.ts';
import { brokenChains } from '../../support/audit-chains.ts';
import { testKeyring } from '../../support/keyring.ts';
import { testAccount, testAudit } from '../../support/storage.ts';
import { type OpenedStorage, type OpenStorage, racers, withStorage } from '../contract.ts';

const keyring = testKeyring(1);
const silent = { error: () => undefined, info: () => undefined };

function auditing({ storage, clock }: Pick<OpenedStorage, 'storage' | 'clock'>) {
  // A cast: of the log only these two are used.
  const deps = { storage, clock, keyring, log: silent } as unknown as Parameters<typeof createCheckpointing>[0];
  return {
    sign: () => createCheckpointing(deps).look(true),
    trim: (before: number) => trimAudit(deps, before, () => false),
  };
}

async function all({ audit }: Storage, limit: number) {
  const records = [];
  for (let after: AuditPosition | null = null; ; ) {
    const page: Awaited<ReturnType<typeof audit.scan>> = await audit.scan(after, limit);
    if (page.records.length === 0) return records;
    records.push(...page.records);
    after = page.next;
  }
}

export function auditChainsContract(open: OpenStorage): void {
  describe('the chains of the audit log', () => {
    test('whatever is written at once, and rolled back, leaves no gap, and a reopened store goes on', () =>
      withStorage(open, async (opened) => {
        const { storage } = opened;
        const account = testAccount();
        const details = { zeta: 1, alpha: null, half: 0.5, ok: true, text: 'å "quoted"' };
        await storage.accounts.create(account, {
          audit: [testAudit({ accountId: account.id, details, sealed: 'v1.x' })],
        });
        await Promise.all(
          racers.flatMap((n) => [
            storage.audit.append(testAudit({ at: n, actor: 'operator:n' })),
            storage.accounts.update(account.id, (now) => ({
              account: now,
              effects: { audit: [testAudit(), testAudit()] },
            })),
            storage.accounts.create(account, { audit: [testAudit()] }).catch(() => undefined),
          ]),
        );
        // On a busy machine a change may have gone on before its records were settled: the next change of the account does it.
        await storage.accounts.update(account.id, (now) => ({ account: now, effects: { audit: [testAudit()] } }));
        expect(await brokenChains(storage)).toEqual([]);
        const [node = ''] = await storage.audit.nodes();
        const chain = await storage.audit.chain(node, 0, 1_000);
        expect(chain.map(({ sequence }) => sequence)).toEqual(chain.map((_, at) => at + 1));
        expect(chain).toHaveLength(1 + 3 * racers.length + 1);
        expect(chain[0]).toMatchObject({ details, sealed: 'v1.x', previousHash: '' });
        const reopened = await opened.reopen?.();
        await reopened?.audit.append(testAudit());
        if (reopened)
          expect(await reopened.audit.chain(node, chain.length, 9)).toMatchObject([{ sequence: chain.length + 1 }]);
        if (reopened) expect(await brokenChains(reopened)).toEqual([]);
      }));

    test('are read in order, page by page, and what comes later is found behind the last page', () =>
      withStorage(open, async ({ storage }) => {
        for (const at of [5, 3, 9, 1, 7]) await storage.audit.append(testAudit({ at }));
        expect((await all(storage, 2)).map(({ at }) => at)).toEqual([5, 3, 9, 1, 7]);
        const { next } = await storage.audit.scan(null, 10);
        expect((await storage.audit.scan(next, 10)).records).toEqual([]);
        await storage.audit.append(testAudit({ at: 2 }));
        expect((await storage.audit.scan(next, 10)).records.map(({ at }) => at)).toEqual([2]);
      }));

    test('are searched by account, event, actor and time, newest first, page by page', () =>
      withStorage(open, async ({ storage: { audit } }) => {
        const { id } = testAccount();
        const events = ['account.barred', 'account.unbarred'] as const;
        for (let at = 0; at < 8; at += 1) {
          const own = { accountId: at < 6 ? id : null, event: events[at % 2] ?? 'account.barred' };
          await audit.append(testAudit({ at, ...own, ...(at % 3 === 0 && { actor: 'account:staff' }) }));
        }
        const any = { accountId: null, event: null, actor: null, since: null };
        const found = async (
          filter: Partial<Parameters<typeof audit.search>[0]>,
          before: string | null = null,
          limit = 9,
        ) => {
          const { records, next } = await audit.search({ ...any, ...filter }, before, limit);
          return { at: records.map(({ at }) => at), next };
        };
        expect((await found({})).at).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
        expect((await found({ accountId: id, event: 'account.barred' })).at).toEqual([4, 2, 0]);
        expect((await found({ actor: 'account:staff', since: 1 })).at).toEqual([6, 3]);
        const first = await found({ accountId: id }, null, 4);
        expect(first.at).toEqual([5, 4, 3, 2]);
        expect(await found({ accountId: id }, first.next, 4)).toEqual({ at: [1, 0], next: null });
      }));

    test('are signed at their ends, and what the rule of retention removes from the front leaves the rest whole', () =>
      withStorage(open, async (opened) => {
        const { storage } = opened;
        const { sign, trim } = auditing(opened);
        for (const at of [10, 20, 15, 30, 5, 40]) await storage.audit.append(testAudit({ at }));
        expect(await sign()).toBe(6);
        expect(await sign()).toBe(0);
        const [node = ''] = await storage.audit.nodes();
        expect(await storage.checkpoints.newest(node)).toMatchObject({ kind: 'checkpoint', sequence: 6 });
        expect(await trim(25)).toBe(3);
        // An older one behind a younger one stays with it.
        expect((await all(storage, 9)).map(({ at }) => at)).toEqual([30, 5, 40]);
        expect(await brokenChains(storage)).toEqual([]);
        expect(await trim(25)).toBe(0);
        expect(await trim(100)).toBe(3);
        expect(await storage.checkpoints.of(node, 'checkpoint', 0, 9)).toEqual([]);
        await storage.audit.append(testAudit({ at: 50 }));
        expect((await storage.audit.chain(node, 0, 9)).map(({ sequence }) => sequence)).toEqual([7]);
        expect(await sign()).toBe(1);
        expect(await brokenChains(storage)).toEqual([]);
      }));
  });
}
