/** `avain keys …`, command by command: what each does, what it refuses, and what a start makes of the result. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { identityFingerprints, indexKeyOf, openIdentityCode } from '../../src/identity/national-id.ts';
import { reloadOnSignal } from '../../src/keys/reload.ts';
import { prefixOf } from '../../src/secrets/aead.ts';
import { loadServedKeys } from '../../src/signing-keys/served-keys.ts';
import type { SqliteStorage } from '../../src/storage/sqlite/open.ts';
import { openTestStorage, type TestClock, testClock } from '../support/storage.ts';
import { avainKeys, blankAccount, type KeyDeps, keyIds, linkedTo, startOn, writeKeys } from './installation.ts';

const code = '131189Y902A';
const weekMs = 7 * 86_400_000;

let folder: string;
let clock: TestClock;
let storage: SqliteStorage;
let deps: KeyDeps;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'avain-keys-'));
  clock = testClock();
  storage = await openTestStorage(clock);
  await writeKeys(folder);
  deps = await startOn(folder, storage, clock);
});
afterEach(async () => {
  await storage.close();
  rmSync(folder, { recursive: true });
});

async function person(idValue = code) {
  const account = linkedTo(deps.keyring, blankAccount(deps.keyring), idValue);
  await storage.accounts.create(account, {});
  return account;
}
const found = (idValue = code, keyring = deps.keyring) =>
  storage.accounts.byIdentity(identityFingerprints(keyring, { country: 'FI', idType: 'hetu', idValue }));
const done = { exit: 0, refusal: null };

async function addKey(kind: 'master' | 'index' | 'cookie'): Promise<[old: string, added: string]> {
  expect(await avainKeys(deps, 'add', kind)).toMatchObject(done);
  const [old = '', added = ''] = await keyIds(folder, kind);
  return [old, added];
}

describe('a new master key', () => {
  test('add, use, rewrap, remove: the code opens all the way, and afterwards without the old key', async () => {
    const { id, identity } = await person();
    const [old, added] = await addKey('master');
    expect(deps.keyring.ids.master).toEqual([old, added]);
    expect(await avainKeys(deps, 'use', 'master', added)).toMatchObject(done);
    expect(deps.keyring.ids.master).toEqual([added, old]);
    expect(await keyIds(folder, 'master')).toEqual([added, old]);
    expect(await avainKeys(deps, 'rewrap')).toMatchObject({ ...done, told: expect.stringContaining('1 changed') });
    clock.advance(weekMs);
    expect(await avainKeys(deps, 'remove', 'master', old)).toMatchObject(done);
    const after = await startOn(folder, storage, clock);
    expect(after.keyring.ids.master).toEqual([added]);
    const records = await storage.audit.list({ limit: 10 });
    expect(records.map(({ event, details }) => [event, details])).toEqual([
      ['key.removed', { kind: 'master', id: old }],
      ['key.used', { kind: 'master', id: added }],
      ['key.added', { kind: 'master', id: added }],
    ]);
    const account = await storage.accounts.byId(id);
    expect(account?.identity).toEqual(identity);
    if (account?.identity) expect(openIdentityCode(after.keyring, account, account.identity.sealedCode)).toBe(code);
  });

  test('the key that seals is not removed, nor one that still seals something', async () => {
    await person();
    const [old, added] = await addKey('master');
    clock.advance(weekMs);
    expect((await avainKeys(deps, 'remove', 'master', old)).refusal).toContain('This key seals');
    await avainKeys(deps, 'use', 'master', added);
    clock.advance(weekMs);
    expect((await avainKeys(deps, 'remove', 'master', old)).refusal).toContain('still seals an account');
    expect(await keyIds(folder, 'master')).toEqual([added, old]);
    // Used by nothing is no reason to wait for.
    const third = (await addKey('master')) && (await keyIds(folder, 'master')).at(-1);
    await avainKeys(deps, 'rewrap');
    expect(await avainKeys(deps, 'remove', 'master', third ?? '')).toMatchObject(done);
  });

  test('signing keys are sealed anew too', async () => {
    const { published } = await loadServedKeys(deps);
    const [old, added] = await addKey('master');
    await avainKeys(deps, 'use', 'master', added);
    expect((await avainKeys(deps, 'remove', 'master', old, 'now')).refusal).toContain('still seals a signing key');
    await avainKeys(deps, 'rewrap');
    const set = await storage.signingKeys.read();
    expect(set?.keys.map(({ handle }) => prefixOf(handle ?? ''))).toEqual([added, added, added]);
    const kids = published.map(({ kid }) => kid);
    expect((await loadServedKeys(deps)).signers.map(({ kid }) => kid)).toEqual(kids);
  });

  test('waiting mails and unfinished sign-ins under it are waited for, unless told otherwise', async () => {
    const [old, added] = await addKey('master');
    await avainKeys(deps, 'use', 'master', added);
    await avainKeys(deps, 'rewrap');
    clock.advance(weekMs - 1);
    expect((await avainKeys(deps, 'remove', 'master', old)).refusal).toContain('until 2026-11-29T12:00Z');
    expect(await avainKeys(deps, 'remove', 'master', old, 'now')).toMatchObject(done);
  });

  test('an account whose key does not open is named, left as it is, and keeps the old key', async () => {
    const broken = { ...blankAccount(deps.keyring), dataKey: `${deps.keyring.ids.master[0]}.nonsense` };
    await storage.accounts.create(broken, {});
    const { id } = await person();
    const [old, added] = await addKey('master');
    await avainKeys(deps, 'use', 'master', added);
    expect(await avainKeys(deps, 'rewrap')).toMatchObject({ exit: 1, told: expect.stringContaining(broken.id) });
    expect((await storage.accounts.byId(broken.id))?.dataKey).toBe(broken.dataKey);
    expect(prefixOf((await storage.accounts.byId(id))?.dataKey ?? '')).toBe(added);
    expect((await avainKeys(deps, 'remove', 'master', old, 'now')).exit).toBe(1);
  });
});

describe('a new cookie key', () => {
  test('add, use, remove: what the old one signed is believed until browsers have lost it, without a restart', async () => {
    const { cookieSigning } = deps;
    const before = cookieSigning.sign('session=1');
    const [old, added] = await addKey('cookie');
    expect(cookieSigning.sign('session=1')).toBe(before);
    expect(await avainKeys(deps, 'use', 'cookie', added)).toMatchObject(done);
    expect(cookieSigning.ids).toEqual([added, old]);
    expect([cookieSigning.sign('session=1') === before, cookieSigning.index('session=1', before)]).toEqual([false, 1]);
    expect((await avainKeys(deps, 'remove', 'cookie', added)).refusal).toContain('This key signs');
    expect((await avainKeys(deps, 'remove', 'cookie', old)).refusal).toContain('until 2026-11-23T12:00Z');
    clock.advance(86_400_000);
    expect(await avainKeys(deps, 'remove', 'cookie', old)).toMatchObject(done);
    expect(cookieSigning.verify('session=1', before)).toBe(false);
    expect((await startOn(folder, storage, clock)).cookieSigning.ids).toEqual([added]);
    expect(await avainKeys(deps, 'list')).toMatchObject({ told: expect.stringContaining(`cookie  ${added}  signs`) });
  });

  test('after an incident the old one goes at once', async () => {
    const [old, added] = await addKey('cookie');
    await avainKeys(deps, 'use', 'cookie', added);
    expect(await avainKeys(deps, 'remove', 'cookie', old, 'now')).toMatchObject(done);
    expect(await keyIds(folder, 'cookie')).toEqual([added]);
  });
});

/** Whoever reads a page of accounts finds that somebody was linked after it was read, once. */
function withLinkBehindTheBack(link: () => Promise<unknown>): KeyDeps {
  let linked = false;
  const scan: typeof storage.accounts.scan = async (after, limit) => {
    const page = await storage.accounts.scan(after, limit);
    if (!linked) await link();
    linked = true;
    return page;
  };
  return { ...deps, storage: { ...storage, accounts: { ...storage.accounts, scan } } };
}

test.each(['rewrap', 'reindex'])('a link made behind the back of %s stays', async (command) => {
  const account = blankAccount(deps.keyring);
  await storage.accounts.create(account, {});
  await addKey('index');
  const [, added = ''] = await addKey('master');
  await avainKeys(deps, 'use', 'master', added);
  const link = () =>
    storage.accounts.update(account.id, (current) => ({ account: linkedTo(deps.keyring, current, code) }));
  expect(await avainKeys(withLinkBehindTheBack(link), command)).toMatchObject(done);
  expect((await found())?.id).toBe(account.id);
});

describe('a new index key', () => {
  test('add, reindex, remove, reindex: the person is found all the way, and the old fingerprint goes', async () => {
    const { id } = await person();
    const [old, added] = await addKey('index');
    expect((await found())?.id).toBe(id);
    expect(await avainKeys(deps, 'reindex')).toMatchObject(done);
    expect((await storage.accounts.byId(id))?.identity?.fingerprints.map(indexKeyOf)).toEqual([old, added]);
    expect(await avainKeys(deps, 'remove', 'index', old)).toMatchObject(done);
    const after = await startOn(folder, storage, clock);
    expect((await found(code, after.keyring))?.id).toBe(id);
    expect((await avainKeys(deps, 'list')).told).toContain(`removed ${old}`);
    expect(await avainKeys(deps, 'reindex')).toMatchObject(done);
    expect((await storage.accounts.byId(id))?.identity?.fingerprints.map(indexKeyOf)).toEqual([added]);
    expect((await found())?.id).toBe(id);
  }, 20_000);

  test('at no moment can one identity be linked twice', async () => {
    await person();
    const rival = () => storage.accounts.create(linkedTo(deps.keyring, blankAccount(deps.keyring), code), {});
    const [old] = await addKey('index');
    expect(await rival()).toBe('identity-taken');
    await avainKeys(deps, 'reindex');
    expect(await rival()).toBe('identity-taken');
    await avainKeys(deps, 'remove', 'index', old);
    expect(await rival()).toBe('identity-taken');
    await avainKeys(deps, 'reindex');
    expect(await rival()).toBe('identity-taken');
  }, 20_000);

  test('the old one is not removed before everybody can be found without it', async () => {
    await person();
    const [old, added] = await addKey('index');
    expect((await avainKeys(deps, 'remove', 'index', old)).refusal).toContain('would not be found');
    await avainKeys(deps, 'reindex');
    // Linked by a process that has not read the new key: told by looking, not by believing.
    const late = linkedTo(deps.keyring, blankAccount(deps.keyring), '010190-999W');
    const only = late.identity?.fingerprints.filter((print) => indexKeyOf(print) === old) ?? [];
    if (late.identity)
      await storage.accounts.create({ ...late, identity: { ...late.identity, fingerprints: only } }, {});
    expect((await avainKeys(deps, 'remove', 'index', old)).refusal).toContain('would not be found');
    await avainKeys(deps, 'reindex');
    expect(await avainKeys(deps, 'remove', 'index', old)).toMatchObject(done);
    expect(deps.keyring.ids.index).toEqual([added]);
  }, 20_000);

  test('opening the codes is told to the audit once for the run, without persons', async () => {
    for (const idValue of [code, '010190-999W', '290200A901C']) await person(idValue);
    const [old, added] = await addKey('index');
    await avainKeys(deps, 'reindex');
    const records = await storage.audit.list({ limit: 10 });
    expect(records).toEqual([
      expect.objectContaining({
        event: 'identity-codes.reindexed',
        accountId: null,
        details: { keys: `${old} ${added}`, removed: '' },
      }),
      expect.objectContaining({ event: 'key.added', details: { kind: 'index', id: added } }),
    ]);
  }, 20_000);

  test('a code that does not open is named by its account, and the key stays incomplete', async () => {
    const { id } = await person();
    await storage.accounts.update(id, (account) =>
      account.identity ? { account: { ...account, identity: { ...account.identity, sealedCode: 'v1.x' } } } : null,
    );
    const [old] = await addKey('index');
    expect(await avainKeys(deps, 'reindex')).toMatchObject({ exit: 1, told: expect.stringContaining(id) });
    expect((await avainKeys(deps, 'list')).told).toContain('not complete');
    expect((await avainKeys(deps, 'remove', 'index', old)).exit).toBe(1);
  }, 20_000);
});

describe('two operators at once', () => {
  test('who remove one index key each leave one, and Avain still starts', async () => {
    const { id } = await person();
    const both = await addKey('index');
    await avainKeys(deps, 'reindex');
    const ends = await Promise.all(both.map((key) => avainKeys(deps, 'remove', 'index', key)));
    expect(ends.map(({ exit }) => exit).toSorted()).toEqual([0, 1]);
    const left = await keyIds(folder, 'index');
    expect(left).toHaveLength(1);
    const after = await startOn(folder, storage, clock);
    expect(await avainKeys(after, 'reindex')).toMatchObject(done);
    expect((await storage.accounts.byId(id))?.identity?.fingerprints.map(indexKeyOf)).toEqual(left);
    expect((await found(code, after.keyring))?.id).toBe(id);
  }, 20_000);

  test('a key that could not be taken out of its file is still used: nothing of it goes', async () => {
    const { id } = await person();
    const both = await addKey('index');
    await avainKeys(deps, 'reindex');
    const path = join(folder, 'identity-index-key');
    const mounted = readFileSync(path);
    await avainKeys(deps, 'remove', 'index', both[0]);
    // As where the file is mounted from elsewhere, and the operator forgets the rest.
    writeFileSync(path, mounted);
    const after = await startOn(folder, storage, clock);
    expect((await avainKeys(after, 'reindex')).refusal).toContain(`The index key ${both[0]} was removed`);
    expect((await storage.accounts.byId(id))?.identity?.fingerprints.map(indexKeyOf)).toEqual(both);
  }, 20_000);

  test('a key that is removed while codes are indexed is not asked for at the next start', async () => {
    await person();
    const [old, added] = await addKey('index');
    await avainKeys(deps, 'reindex');
    const removal = async () => expect(await avainKeys(deps, 'remove', 'index', old)).toMatchObject(done);
    expect(await avainKeys(withLinkBehindTheBack(removal), 'reindex')).toMatchObject(done);
    expect((await startOn(folder, storage, clock)).keyring.ids.index).toEqual([added]);
    expect((await avainKeys(deps, 'list')).told).toContain(`removed ${old}`);
  }, 20_000);
});

describe('a start', () => {
  const replaceKey = (name: string) => writeFileSync(join(folder, name), `${randomBytes(32).toString('base64')}\n`);

  test.each(['master-key', 'identity-index-key', 'lookup-key'])('is refused with another %s', async (name) => {
    const [id = ''] = name === 'master-key' ? deps.keyring.ids.master : deps.keyring.ids.index;
    replaceKey(name);
    const refused = startOn(folder, storage, clock);
    await expect(refused).rejects.toThrow('The store needs the');
    await expect(refused).rejects.toThrow(name === 'lookup-key' ? deps.keyring.ids.lookup : id);
  });

  test('is refused with the keys of before a rotation, which would write what nobody finds or opens', async () => {
    const before = ['master-key', 'identity-index-key'].map((name) => readFileSync(join(folder, name)));
    const [, added] = await addKey('index');
    await avainKeys(deps, 'reindex');
    writeFileSync(join(folder, 'identity-index-key'), before[1] ?? '');
    await expect(startOn(folder, storage, clock)).rejects.toThrow(`the index key ${added}`);
  }, 20_000);

  test('goes on with a key that is new in the file and needed by nothing yet', async () => {
    await addKey('index');
    await addKey('master');
    expect((await startOn(folder, storage, clock)).keyring.ids.index).toHaveLength(2);
  });
});

describe('the files', () => {
  test('keep their comments and their mode', async () => {
    await addKey('master');
    const path = join(folder, 'master-key');
    expect(readFileSync(path, 'utf8')).toMatch(/^# a comment\n[^\n]{44}\n[^\n]{44}\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('what no operator can have meant is refused, and repeated nowhere', async () => {
    for (const [command, ...args] of [
      ['add', code],
      ['add'],
      ['use', 'master', code],
      ['use', 'index', deps.keyring.ids.index[0] ?? ''],
      ['remove', 'master', code],
      ['remove', 'lookup', deps.keyring.ids.lookup],
      ['remove', 'index', deps.keyring.ids.index[0] ?? ''],
    ] as [string, ...string[]][]) {
      const { exit, refusal, told } = await avainKeys(deps, command, ...args);
      expect([exit, told]).toEqual([1, '']);
      expect(refusal).not.toContain(code);
    }
    expect(await keyIds(folder, 'master')).toHaveLength(1);
  });

  test('SIGHUP takes up what was changed by hand; a file that cannot be used changes nothing', async () => {
    const told: object[] = [];
    const log = { info: (what: object) => told.push(what), error: (what: object) => told.push(what) };
    // A cast: of the log only these are used.
    const reload = reloadOnSignal({ ...deps, log: log as unknown as KeyDeps['log'] });
    const path = join(folder, 'master-key');
    const [first = ''] = deps.keyring.ids.master;
    writeFileSync(
      path,
      `${readFileSync(path, 'utf8')}${Buffer.from(code.repeat(3).slice(0, 32)).toString('base64')}\n`,
    );
    await reload();
    expect(deps.keyring.ids.master).toHaveLength(1);
    writeFileSync(path, `${readFileSync(path, 'utf8').split('\n')[1]}\n${randomBytes(32).toString('base64')}\n`);
    await reload();
    expect(deps.keyring.ids.master).toEqual([first, expect.stringMatching(/^[0-9a-f]{8}$/)]);
    writeFileSync(path, 'nonsense');
    await reload();
    expect(deps.keyring.ids.master).toHaveLength(2);
    expect(told).toEqual([
      { why: expect.stringContaining('master-key') },
      { keys: { ...deps.keyring.ids, cookie: deps.cookieSigning.ids } },
      { why: expect.stringContaining('master-key') },
    ]);
    expect(JSON.stringify(told)).not.toContain('nonsense');
  });
});
