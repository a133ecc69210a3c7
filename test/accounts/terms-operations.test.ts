/** avain terms export and verify, over a store in memory: what is handed out, of which days, and what is found missing. */
import { expect, test } from '@jest/globals';
import { termsOperations, type VerifiedDocument } from '../../src/accounts/terms-operations.ts';
import { liveClients } from '../../src/clients/registry.ts';
import type { Client, TermsVersion } from '../../src/config/schema.ts';
import { type OperationDeps, perform } from '../../src/control/operation.ts';
import { splitFields } from '../../src/csv/csv.ts';
import { dayAfter, startOfDay } from '../../src/finnish-day.ts';
import type { AccountId, ClientId } from '../../src/ids.ts';
import type { TermsEvidence } from '../../src/storage/ports.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, testAccount, testClock } from '../support/storage.ts';

const header = 'acceptedAt,terms,version,language,textHash,document,client,account,subject,network';

const version = (name: string): TermsVersion => {
  const text = (locale: string) => ({ title: name, markdown: name, summary: null, hash: `hash ${name} ${locale}` });
  const texts = { fi: text('fi'), sv: text('sv'), en: text('en') };
  return { version: name, date: '2026-01-01', change: 'major', graceUntil: null, texts };
};

const accepted = (accountId: string, more: Partial<TermsEvidence> = {}): TermsEvidence => ({
  accountId: accountId as AccountId,
  termsId: 'oima',
  version: '1',
  locale: 'fi',
  textHash: 'hash 1 fi',
  acceptedAt: Date.parse('2026-03-10T12:00:00Z'),
  clientId: 'oima' as ClientId,
  network: '192.0.0.0/16',
  ...more,
});

async function installation(evidence: readonly TermsEvidence[]) {
  const clock = testClock();
  const storage = await openTestStorage(clock);
  for (const row of evidence) {
    const account = testAccount({ id: row.accountId });
    const outcome = await storage.accounts.create(account, { evidence: [row] });
    if (outcome !== 'created') throw new Error(outcome);
  }
  const clients = [
    { id: 'oima', party: 'first', sector: 'first-party' },
    { id: 'kuitti', party: 'third', sector: 'kuitti' },
  ];
  const faults: unknown[] = [];
  // A cast: the commands about terms use these parts only.
  const deps = {
    storage,
    clock,
    keyring: testKeyring(3),
    clients: liveClients(clients as unknown as Client[]),
    config: { terms: { oima: [version('1'), version('2')] } },
    log: { error: (fault: unknown) => faults.push(fault) },
  } as unknown as OperationDeps;
  const run = async (operation: string, args: readonly string[]) => {
    const lines: string[] = [];
    let waits = 0;
    const caughtUp = async () => {
      waits += 1;
    };
    const end = await perform(termsOperations, deps, { operation, args }, (line) => lines.push(line), caughtUp);
    if (faults.length > 0) throw faults[0];
    return { ...end, lines, waits };
  };
  const given = { terms: null, from: null, to: null, form: 'csv' };
  return {
    storage,
    exported: (more: object = {}) => run('terms.export', [JSON.stringify({ ...given, ...more })]),
    async verified() {
      const { exit, lines } = await run('terms.verify', []);
      const { ok, documents } = JSON.parse(lines[0] ?? '') as { ok: boolean; documents: readonly VerifiedDocument[] };
      return { exit, ok, odd: documents.filter(({ state }) => state !== 'unchanged'), documents };
    },
  };
}

test('a row has ids and hashes, whether its text is still there, and no address', async () => {
  const { exported, storage } = await installation([
    accepted('aino'),
    accepted('ville', {
      clientId: 'kuitti' as ClientId,
      termsId: 'kuitti',
      acceptedAt: Date.parse('2026-03-11T12:00:00Z'),
    }),
    accepted('gone', {
      clientId: 'gone' as ClientId,
      textHash: 'another',
      acceptedAt: Date.parse('2026-03-12T12:00:00Z'),
    }),
  ]);
  const { lines, exit } = await exported({ form: 'json' });
  const rows = lines.map((line) => JSON.parse(line));
  expect(exit).toBe(0);
  expect(rows[0]).toEqual({
    acceptedAt: '2026-03-10T12:00:00.000Z',
    terms: 'oima',
    version: '1',
    language: 'fi',
    textHash: 'hash 1 fi',
    document: 'unchanged',
    client: 'oima',
    account: 'aino',
    subject: 'aino',
    network: '192.0.0.0/16',
  });
  expect(rows.map(({ document }) => document)).toEqual(['unchanged', 'missing', 'changed']);
  // A third party knows another subject; of a client that is gone nobody can tell.
  expect(rows[1].subject).not.toBe('ville');
  expect([typeof rows[1].subject, rows[2].subject]).toEqual(['string', null]);
  expect(lines.join()).not.toContain('oma.example');
  const [audit] = await storage.audit.list({ limit: 1 });
  expect([audit?.event, audit?.details]).toEqual(['terms.exported', { terms: null, from: null, to: null, rows: 3 }]);
});

test('days are those of Finland, the last one included', async () => {
  const [start, end] = [startOfDay('2026-03-28'), startOfDay(dayAfter('2026-03-29'))];
  const times = { before: start - 1, first: start, last: end - 1, after: end };
  const { exported } = await installation(
    Object.entries(times).map(([name, acceptedAt]) => accepted(name, { acceptedAt })),
  );
  const accountsOf = async (more: object) =>
    (await exported({ form: 'json', ...more })).lines.map((line) => JSON.parse(line).account);
  expect(await accountsOf({ from: '2026-03-28', to: '2026-03-29' })).toEqual(['first', 'last']);
  expect(await accountsOf({ from: '2026-03-29' })).toEqual(['last', 'after']);
  expect(await accountsOf({ to: '2026-03-27' })).toEqual(['before']);
  expect(await accountsOf({ terms: 'kuitti' })).toEqual([]);
  expect(await exported({ from: '2026-03-29', to: '2026-03-28' })).toMatchObject({ exit: 1, lines: [] });
});

test('a spreadsheet takes nothing of it for a formula, and CSV reads it back', async () => {
  const { exported } = await installation([accepted('-1+cmd|x', { version: '=HYPERLINK("x")', network: '@sum, a' })]);
  const { lines } = await exported();
  expect(lines[0]).toBe(header);
  const cells = splitFields(lines[1] ?? '', ',');
  expect(cells).toHaveLength(header.split(',').length);
  expect(cells?.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  expect([cells?.[2], cells?.[7], cells?.[9]]).toEqual([`'=HYPERLINK("x")`, "'-1+cmd|x", "'@sum, a"]);
});

test('any number of rows goes out page by page, each once, and waits for its reader', async () => {
  const { exported } = await installation(
    Array.from({ length: 2_100 }, (_, n) => accepted(`account ${n}`, { acceptedAt: 1_000 + (n % 7) })),
  );
  const { lines, waits } = await exported({ form: 'json' });
  expect([new Set(lines).size, lines.length, waits]).toEqual([2_100, 2_100, 3]);
});

test('every text that was accepted must be in the files as it was', async () => {
  const good = await installation([
    accepted('a'),
    accepted('b'),
    accepted('c', { locale: 'sv', textHash: 'hash 1 sv' }),
  ]);
  const { exit, ok, odd, documents } = await good.verified();
  expect([exit, ok, odd]).toEqual([0, true, []]);
  const counts = documents.map((one) => [one.version, one.language, one.accepted]);
  expect(counts).toEqual([
    ['1', 'fi', 2],
    ['1', 'sv', 1],
    ['1', 'en', 0],
    ['2', 'fi', 0],
    ['2', 'sv', 0],
    ['2', 'en', 0],
  ]);
  const bad = await installation([
    accepted('a'),
    accepted('b', { textHash: 'before somebody edited it' }),
    accepted('c', { version: '0', textHash: 'hash 0 fi' }),
    accepted('d', { locale: 'smn' }),
  ]);
  const found = await bad.verified();
  expect([found.exit, found.ok]).toEqual([1, false]);
  expect(found.odd.map((one) => [one.version, one.language, one.textHash, one.state, one.accepted])).toEqual([
    ['1', 'fi', 'before somebody edited it', 'changed', 1],
    ['0', 'fi', 'hash 0 fi', 'missing', 1],
    ['1', 'smn', 'hash 1 fi', 'missing', 1],
  ]);
});
