import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withPassword } from '../../src/accounts/account-rules.ts';
import { verifyLegacy } from '../../src/accounts/legacy-hashes/verify-legacy.ts';
import { OperationRefused } from '../../src/control/operation.ts';
import { testAccount } from '../support/storage.ts';
import { type Importing, startImporting } from './importing.ts';

let importing: Importing;
beforeEach(async () => {
  importing = await startImporting();
});
afterEach(() => importing.close());

const ssha = '{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr';
const bcrypt = '$2y$10$cz2dDQ.OXI3pL6Tr00lpLuRKMv67/zkdN3..3j2cPE6GsablP3ETS';
const mixed = [
  'email,hash,locale,nickname,activated,must_change,created',
  `Aino@oma.example,${bcrypt},sv,Ainokki,true,,2019-03-01`,
  `matti@oma.example ,${ssha},,,,yes,`,
  'kolme@oma.example,,,,,,',
  'AINO@OMA.EXAMPLE,,,,,,',
  'ei osoite,,,,,,',
  'x@oma.example,5f4dcc3b5aa765d61d8327deb882cf99,,,,,',
  '',
].join('\n');

async function allAccounts() {
  const accounts = await importing.storage.accounts.scan(null, 1_000);
  return new Map(accounts.map((account) => [account.email, account]));
}

test('rows become accounts as they say, each with its record', async () => {
  const { exit, done, rows } = await importing.users(importing.file('u.csv', mixed));
  expect(exit).toBe(2);
  expect(done).toMatchObject({
    rows: 6,
    outcomes: { accepted: 2, repaired: 1, 'already-there': 0, duplicate: 1, 'invalid-address': 1, refused: 1 },
    formats: { bcrypt: 1, 'wrapped:ldap': 1, none: 1 },
    reasons: { 'in-file': 1, 'email-invalid': 1, 'hash-unknown: bare-hex': 1 },
  });
  expect(rows).toEqual([
    { line: 3, outcome: 'repaired', notes: ['email-trimmed'] },
    { line: 5, outcome: 'duplicate', notes: ['in-file'] },
    { line: 6, outcome: 'invalid-address', notes: ['email-invalid'] },
    { line: 7, outcome: 'refused', notes: ['hash-unknown: bare-hex'] },
  ]);
  const accounts = await allAccounts();
  expect([...accounts.keys()].sort()).toEqual(['Aino@oma.example', 'kolme@oma.example', 'matti@oma.example']);
  expect(accounts.get('Aino@oma.example')).toMatchObject({
    importedFrom: 'old',
    locale: 'sv',
    nickname: 'Ainokki',
    createdAt: Date.UTC(2019, 2, 1),
    activatedAt: Date.UTC(2019, 2, 1),
    password: { format: 'bcrypt', hash: bcrypt },
    passwordSetAt: null,
    mustChangePassword: false,
    bornIn: null,
  });
  const matti = accounts.get('matti@oma.example');
  expect(matti).toMatchObject({ mustChangePassword: true, activatedAt: null, password: { format: 'wrapped:ldap' } });
  expect(matti?.password && (await verifyLegacy(matti.password, 'testing123'))).toBe(true);
  const records = await importing.storage.audit.list({ limit: 10 });
  expect(records.map(({ event, details }) => [event, details])).toEqual(
    Array.from({ length: 3 }, () => ['account.imported', { source: 'old' }]),
  );
});

test('the same file again changes nothing; with more rows it brings those', async () => {
  const file = importing.file('u.csv', mixed);
  await importing.users(file);
  const before = await allAccounts();
  const again = await importing.users(file);
  expect(again.done.outcomes).toMatchObject({ accepted: 0, repaired: 0, 'already-there': 3, duplicate: 1 });
  expect(await allAccounts()).toEqual(before);
  const more = await importing.users(importing.file('more.csv', `${mixed}uusi@oma.example,,,,,,\n`));
  expect(more.done.outcomes).toMatchObject({ accepted: 1, 'already-there': 3 });
});

test('a dry run says the same and writes nothing, not even that it was', async () => {
  const file = importing.file('u.csv', mixed);
  const dry = await importing.users(file, { dryRun: true });
  expect((await allAccounts()).size).toBe(0);
  expect(await importing.storage.audit.list({ limit: 10 })).toEqual([]);
  await expect(importing.status('old')).rejects.toThrow(OperationRefused);
  const real = await importing.users(file);
  expect({ ...dry.done, seconds: 0 }).toEqual({ ...real.done, seconds: 0 });
  expect(dry.rows).toEqual(real.rows);
});

test('an account of somebody who signed up, or of another source, is never touched', async () => {
  const file = importing.file('u.ndjson', `{"email":"aino@oma.example","hash":${JSON.stringify(bcrypt)}}\n`);
  await importing.users(file, { source: 'older' });
  const before = await allAccounts();
  const { done } = await importing.users(file, { source: 'old' });
  expect([done.outcomes.duplicate, done.reasons]).toEqual([1, { account: 1 }]);
  expect(await allAccounts()).toEqual(before);
});

test('a password changed since then is not put back', async () => {
  const file = importing.file('u.csv', mixed);
  await importing.users(file);
  const id = (await allAccounts()).get('Aino@oma.example')?.id;
  if (!id) throw new Error('no account');
  const own = { format: 'argon2id', hash: 'a new one' };
  await importing.storage.accounts.update(id, (account) => ({ account: withPassword(account, own, 5) }));
  await importing.users(file);
  expect((await importing.storage.accounts.byId(id))?.password).toEqual(own);
});

test('two imports of one file at the same time make each account once', async () => {
  const rows = Array.from({ length: 300 }, (_, index) => `person-${index}@oma.example`);
  const file = importing.file('u.csv', `email\n${rows.join('\n')}\n`);
  const [one, two] = await Promise.all([importing.users(file), importing.users(file)]);
  expect(one.done.outcomes.accepted + two.done.outcomes.accepted).toBe(300);
  expect(one.done.outcomes['already-there'] + two.done.outcomes['already-there']).toBe(300);
  expect((await allAccounts()).size).toBe(300);
});

test('weak hashes lie as they came only where that is asked for', async () => {
  await importing.users(importing.file('u.csv', mixed), { wrapWeak: false });
  expect((await allAccounts()).get('matti@oma.example')?.password).toEqual({ format: 'ldap', hash: ssha });
});

test('the report has a line for each row, is for its owner only, and is no spreadsheet formula', async () => {
  const file = importing.file('u.csv', 'email\n=cmd@oma.example\n"@SUM(1+1)*cmd|\'/c calc\'!A0"\n');
  const report = join(importing.dir, 'report.csv');
  await importing.users(file, { dryRun: true, report });
  expect(readFileSync(report, 'utf8').split('\r\n')).toEqual([
    'line,outcome,notes,format,email',
    `"2","accepted","","none","'=cmd@oma.example"`,
    `"3","invalid-address","email-invalid","","'@SUM(1+1)*cmd|'/c calc'!A0"`,
    '',
  ]);
  expect(statSync(report).mode & 0o777).toBe(0o600);
  await expect(importing.users(file, { report })).rejects.toThrow('is there already');
  await expect(importing.users(file, { report: file })).rejects.toThrow('is there already');
});

test('at most a thousand rows are told one by one; the report has them all', async () => {
  const file = importing.file('u.csv', `email\n${'x\n'.repeat(1_500)}`);
  const report = join(importing.dir, 'report.ndjson');
  const { rows, done } = await importing.users(file, { dryRun: true, report });
  expect([rows.length, done.outcomes['invalid-address']]).toEqual([1_000, 1_500]);
  const lines = readFileSync(report, 'utf8').trim().split('\n');
  expect([lines.length, JSON.parse(lines[1_499] ?? '')]).toEqual([
    1_500,
    { line: 1_501, outcome: 'invalid-address', notes: ['email-invalid'], format: null, email: 'x' },
  ]);
});

test('status counts where each account of the source stands, page by page', async () => {
  const rows = Array.from({ length: 600 }, (_, index) => `person-${index}@oma.example,${ssha}`);
  await importing.users(importing.file('u.csv', `email,hash\n${rows.join('\n')}\n`), { wrapWeak: false });
  const { accounts, audit } = importing.storage;
  const imported = [...(await allAccounts()).values()];
  const change = (index: number, fields: object) =>
    accounts.update(imported[index]?.id ?? ('' as never), (account) => ({ account: { ...account, ...fields } }));
  const argon2id = { format: 'argon2id', hash: 'x' };
  await change(0, { password: argon2id });
  await change(1, { password: argon2id, passwordSetAt: 5 });
  await change(2, { barredAt: 5 });
  await change(3, { password: null });
  await accounts.create(testAccount({ importedFrom: 'other' }), {});
  await accounts.create(testAccount(), {});
  const refused = { event: 'password.refused', clientId: null, journeyId: null, details: {}, at: 9 } as const;
  // The one who has kept the password has failed before: that is over.
  for (const index of [0, 4]) await audit.append({ ...refused, accountId: imported[index]?.id ?? null });
  expect(await importing.status('old')).toEqual({
    source: 'old',
    accounts: 600,
    kept: 1,
    changed: 1,
    barred: 1,
    withoutPassword: 1,
    dormant: 596,
    failed: 1,
    dormantFormats: { ldap: 596 },
    lastRun: expect.objectContaining({ rows: 600, finishedAt: expect.any(Number) }),
  });
  await expect(importing.status('nobody')).rejects.toThrow(OperationRefused);
});
