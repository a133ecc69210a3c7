/** What `avain audit …` does where the store is: who looks is in the log, and personal details go with the account. */
import { expect, test } from '@jest/globals';
import { auditOperations } from '../../src/audit/operations.ts';
import { openDetails, sealDetails } from '../../src/audit/sealed-details.ts';
import { type OperationDeps, perform } from '../../src/control/operation.ts';
import { createDataKey } from '../../src/identity/national-id.ts';
import { brokenChains } from '../support/audit-chains.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, testAccount, testAudit, testClock } from '../support/storage.ts';

const keyring = testKeyring(1);
const look = { program: 'Firefox', system: 'Linux', network: '192.0.0.0/16' };
const any = { account: null, event: null, actor: null, since: null, limit: 10 };

async function opened() {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  // A cast: the operations of this folder use no more.
  const deps = { storage, clock, keyring, log: { error: () => undefined } } as unknown as OperationDeps;
  const run = async (operation: string, asked: object = {}) => {
    const lines: string[] = [];
    const args = [JSON.stringify(asked)];
    const end = await perform(auditOperations, deps, { operation, args }, (line) => lines.push(line));
    return { ...end, lines };
  };
  return { storage, clock, deps, run };
}

test('details are read by who may search, while the account is there; erasing it leaves the chain whole and them unreadable', async () => {
  const { storage, deps, run } = await opened();
  const { id } = testAccount();
  const account = testAccount({ id, dataKey: createDataKey(keyring, id).wrapped });
  const sealed = sealDetails(deps, account, look);
  await storage.accounts.create(account, { audit: [testAudit({ event: 'sign-in.finished', accountId: id, sealed })] });
  const search = async () =>
    (await run('audit.search', { ...any, by: 'Maija', account: id, event: 'sign-in.finished' })).lines;
  expect((await search()).map((line) => JSON.parse(line).personal)).toEqual([look]);
  expect((await storage.audit.list({ accountId: id, limit: 1 }))[0]).toMatchObject({
    ...{ event: 'audit.searched', actor: 'operator:Maija' },
    details: { event: 'sign-in.finished', actor: null, since: null },
  });
  // Nobody else's key opens it, nor is it what it says for another account.
  expect(await openDetails(deps, id, `${sealed?.slice(0, -4)}AAAA`)).toBeNull();
  expect(sealDetails(deps, { ...account, dataKey: 'broken' }, look)).toBeNull();

  await storage.accounts.erase(id, () => ({ audit: [testAudit({ event: 'account.erased', accountId: id })] }));
  const [line = ''] = await search();
  expect(JSON.parse(line).personal).toBeUndefined();
  expect(line).not.toContain('Firefox');
  expect(await brokenChains(storage)).toEqual([]);
  await storage.close();
});

test('a search without a name or without a question is refused, and an export says in the log what was taken', async () => {
  const { storage, run } = await opened();
  await storage.audit.append(testAudit({ event: 'account.barred' }));
  expect(await run('audit.search', { ...any, by: 'Maija' })).toMatchObject({ exit: 1, lines: [] });
  expect(await run('audit.search', { ...any, by: '', event: 'account.barred' })).toMatchObject({ exit: 1, lines: [] });
  expect((await run('audit.export', { by: 'Maija', from: '2999-01-01', to: null, node: null })).lines).toEqual([]);
  expect((await run('audit.export', { by: 'Maija', from: null, to: null, node: null })).lines).toHaveLength(4);
  expect((await storage.audit.list({ limit: 9 })).map(({ event }) => event)).toEqual([
    'audit.exported',
    'audit.exported',
    'account.barred',
  ]);
  await storage.close();
});

test('the verification ends with exit 1, and names the chain and the record', async () => {
  const { storage, deps, run } = await opened();
  for (let at = 0; at < 3; at += 1) await storage.audit.append(testAudit({ at }));
  expect(await run('audit.verify')).toMatchObject({ exit: 0, refusal: null });
  const [node = ''] = await storage.audit.nodes();
  const { audit } = storage;
  const chain: typeof audit.chain = async (...asked) =>
    (await audit.chain(...asked)).map((record) =>
      record.sequence === 2 ? { ...record, actor: 'operator:x' } : record,
    );
  const altered = { ...deps, storage: { ...storage, audit: { ...audit, chain } } } as OperationDeps;
  const lines: string[] = [];
  const end = await perform(auditOperations, altered, { operation: 'audit.verify', args: [] }, (line) =>
    lines.push(line),
  );
  expect(end.exit).toBe(1);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ ok: false, faults: [{ node, sequence: 2, what: 'edited' }] });
  await storage.close();
});
