/** kill -9 in the middle of a storm of writes: what was acknowledged is there, what is there is whole. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import type { AccountId } from '../../src/ids.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { brokenChains } from '../support/audit-chains.ts';

const directory = mkdtempSync(join(tmpdir(), 'avain-kill-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Lets the writer work for a while, kills it, and returns the ids it had acknowledged. */
async function killedWriter(lifeMs: number): Promise<AccountId[]> {
  const script = fileURLToPath(new URL('./storage-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      resolve();
    });
  });
  await Promise.race([ready, once(child, 'exit').then(() => Promise.reject(new Error('the writer did not start')))]);
  await setTimeout(lifeMs);
  child.kill('SIGKILL');
  await once(child, 'close');
  // The last line may be cut short by the kill: it was not acknowledged in full.
  const lines = said.split('\n').slice(0, -1);
  return lines.filter((line) => line !== 'ready') as AccountId[];
}

function inspect(file: string, sql: string): unknown[] {
  const db = new DatabaseSync(join(directory, file), { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  } finally {
    db.close();
  }
}

test('ten kills at random moments lose nothing acknowledged and leave nothing half done', async () => {
  const acknowledged: AccountId[] = [];
  for (let round = 0; round < 10; round++) {
    const ids = await killedWriter(20 + Math.random() * 150);
    acknowledged.push(...ids);
    for (const file of ['avain.db', 'expiring.db']) expect(inspect(file, 'PRAGMA integrity_check')).toEqual(['ok']);
    const storage = await openSqliteStorage({ directory, clock: { now: Date.now } });
    // A kill is no power cut: nothing that was made before is refused.
    expect(storage.notBefore).toBe(0);
    for (const id of ids) {
      expect((await storage.accounts.byId(id))?.id).toBe(id);
      expect(await storage.newestLinks.get(id)).toEqual({ tokenHash: 'spent' });
    }
    expect(await brokenChains(storage)).toEqual([]);
    await storage.close();
  }
  expect(acknowledged.length).toBeGreaterThan(100);

  const stored = inspect('avain.db', 'SELECT id FROM accounts ORDER BY id');
  expect(stored.length).toBeGreaterThanOrEqual(acknowledged.length);
  const sets = {
    address: 'SELECT account_id FROM account_emails ORDER BY 1',
    audit: 'SELECT account_id FROM audit ORDER BY 1',
    evidence: 'SELECT account_id FROM terms_evidence ORDER BY 1',
    mail: "SELECT replace(id, 'mail of ', '') FROM outbox ORDER BY 1",
    token: "SELECT replace(hash, 'token of ', '') FROM spent_tokens ORDER BY 1",
  };
  for (const sql of Object.values(sets)) expect(inspect('avain.db', sql)).toEqual(stored);
  // No token is marked spent without its account.
  const spent = inspect('expiring.db', "SELECT key FROM rows WHERE body LIKE '%spent%'");
  expect(spent.filter((id) => !stored.includes(id))).toEqual([]);
});
