/** Writes accounts with all their effects, eight at a time, and says each on stdout once it is acknowledged. */
import { writeSync } from 'node:fs';
import type { ClientId } from '../../src/ids.ts';
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';
import { testAccount, testAudit, testMail } from '../support/storage.ts';

const [, , directory = ''] = process.argv;
const clock = { now: Date.now };
const storage = await openSqliteStorage({ directory, clock });
writeSync(1, 'ready\n');

async function writeForEver(): Promise<never> {
  for (;;) {
    const account = testAccount({ nickname: 'x'.repeat(500) });
    const { id } = account;
    const evidence = {
      accountId: id,
      termsId: 'oima',
      version: '1',
      locale: 'fi',
      textHash: 'hash',
      acceptedAt: clock.now(),
      clientId: 'oima' as ClientId,
      network: '192.0.0.0/16',
    };
    // The order of decisions.md §7: secret, durable row, spent.
    await storage.newestLinks.put(id, { tokenHash: 'claimed' }, clock.now() + 3_600_000);
    await storage.accounts.create(account, {
      audit: [testAudit({ accountId: id })],
      mails: [testMail({ id: `mail of ${id}`, accountId: id })],
      evidence: [evidence],
      spends: `token of ${id}`,
    });
    await storage.newestLinks.update(id, () => ({ value: { tokenHash: 'spent' } }));
    writeSync(1, `${id}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, writeForEver));
