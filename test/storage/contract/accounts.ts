import { describe, expect, test } from '@jest/globals';
import type { Account } from '../../../src/accounts/account.ts';
import type { ClientId } from '../../../src/ids.ts';
import type { Effects, Storage, TermsEvidence } from '../../../src/storage/ports.ts';
import { testAccount, testAudit, testFingerprint, testIdentity, testMail } from '../../support/storage.ts';
import { type OpenStorage, withStorage } from '../contract.ts';

export function accountsContract(open: OpenStorage): void {
  describe('accounts', () => {
    test('a created account is found by id, address and identity, at version 1', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const account = withIdentity(testAccount({ version: 7 }), 'identity');
        expect(await accounts.create(account, {})).toBe('created');
        const stored = { ...account, version: 1 };
        expect(await accounts.byId(account.id)).toEqual(stored);
        expect(await accounts.byEmail(account.emailFingerprint)).toEqual(stored);
        expect(await accounts.byIdentity([testFingerprint('identity')])).toEqual(stored);
        expect(await accounts.byEmail(testFingerprint('another'))).toBeNull();
        expect(await accounts.byIdentity([account.emailFingerprint])).toBeNull();
      }));

    test('a taken address, identity or token refuses the new account and leaves no trace of it', () =>
      withStorage(open, async ({ storage }) => {
        const { accounts } = storage;
        const owner = withIdentity(testAccount(), 'identity');
        await accounts.create(owner, { spends: 'token' });
        const sameAddress = testAccount({ emailFingerprint: owner.emailFingerprint });
        expect(await accounts.create(sameAddress, allEffects(sameAddress))).toBe('email-taken');
        const sameIdentity = withIdentity(testAccount(), 'identity');
        expect(await accounts.create(sameIdentity, allEffects(sameIdentity))).toBe('identity-taken');
        const sameToken = testAccount();
        expect(await accounts.create(sameToken, { ...allEffects(sameToken), spends: 'token' })).toBe('spent');
        for (const refused of [sameAddress, sameIdentity, sameToken]) await expectNoTrace(storage, refused);
        expect(await accounts.byEmail(owner.emailFingerprint)).toEqual(owner);
      }));

    test('a repeated creation with the same token is told that the token is spent', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const account = testAccount();
        await accounts.create(account, { spends: 'token' });
        expect(
          await accounts.create(testAccount({ emailFingerprint: account.emailFingerprint }), { spends: 'token' }),
        ).toBe('spent');
        expect(await accounts.isSpent('token')).toBe(true);
        expect(await accounts.isSpent('another token')).toBe(false);
      }));

    test('what a newer version keeps in an account stays when an older one changes the account beside it', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const ofTomorrow = { list: [1, 'two'], deep: { since: 3 }, none: null };
        // A cast: a field that today's type does not know.
        const account = { ...testAccount(), ofTomorrow } as Account;
        expect(await accounts.create(account, {})).toBe('created');
        const change = (before: Account) => ({ account: { ...before, nickname: 'changed' }, effects: {} });
        expect(await accounts.update(account.id, change)).toMatchObject({ outcome: 'updated' });
        const kept = { nickname: 'changed', version: 2, ofTomorrow };
        expect(await accounts.byId(account.id)).toMatchObject(kept);
        expect(await accounts.byEmail(account.emailFingerprint)).toMatchObject(kept);
        expect((await accounts.scan(null, 10))[0]).toMatchObject(kept);
      }));

    test('the effects of a creation are stored with it', () =>
      withStorage(open, async ({ storage }) => {
        const account = testAccount();
        const effects = allEffects(account);
        await storage.accounts.create(account, effects);
        expect(await storage.audit.list({ accountId: account.id, limit: 10 })).toEqual(effects.audit);
        expect(await storage.evidence.of(account.id)).toEqual(effects.evidence);
        expect((await storage.outbox.claimDue(2_000, 10, 1_000)).map(({ mail }) => mail)).toEqual(effects.mails);
        expect(await storage.accounts.isSpent(`token of ${account.id}`)).toBe(true);
      }));

    test('if one effect cannot be stored, neither is the creation nor any other effect', () =>
      withStorage(open, async ({ storage }) => {
        const mail = testMail();
        await storage.outbox.add([mail]);
        const account = testAccount();
        const failing = { ...allEffects(account), mails: [testMail(), mail] };
        await expect(storage.accounts.create(account, failing)).rejects.toThrow();
        await storage.outbox.delivered(mail.id, 1_000);
        await expectNoTrace(storage, account);
        expect(await storage.accounts.create(account, allEffects(account))).toBe('created');
      }));

    test('if one effect cannot be stored, neither is the change', () =>
      withStorage(open, async ({ storage }) => {
        const mail = testMail();
        await storage.outbox.add([mail]);
        const account = testAccount();
        await storage.accounts.create(account, {});
        const effects = { ...allEffects(account), mails: [mail] };
        const failing = storage.accounts.update(account.id, (before) => ({
          account: { ...withIdentity(before, 'identity'), nickname: 'changed' },
          effects,
        }));
        await expect(failing).rejects.toThrow();
        expect(await storage.accounts.byId(account.id)).toEqual(account);
        expect(await storage.accounts.byIdentity([testFingerprint('identity')])).toBeNull();
        expect(await storage.audit.list({ limit: 10 })).toEqual([]);
        expect(await storage.accounts.isSpent(`token of ${account.id}`)).toBe(false);
      }));
  });

  describe('updates of accounts', () => {
    test('raise the version, carry their effects and cannot change the id', () =>
      withStorage(open, async ({ storage }) => {
        const account = testAccount();
        await storage.accounts.create(account, {});
        const effects = allEffects(account);
        const result = await storage.accounts.update(account.id, (before) => ({
          account: { ...before, id: testAccount().id, version: 40, nickname: 'Aino' },
          effects,
        }));
        const stored = { ...account, version: 2, nickname: 'Aino' };
        expect(result).toEqual({ outcome: 'updated', account: stored });
        expect(await storage.accounts.byId(account.id)).toEqual(stored);
        expect(await storage.audit.list({ accountId: account.id, limit: 10 })).toEqual(effects.audit);
        expect(await storage.accounts.isSpent(`token of ${account.id}`)).toBe(true);
      }));

    test('answer "unchanged" where the change is null and "missing" where there is no account', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const account = testAccount();
        await accounts.create(account, {});
        expect(await accounts.update(account.id, () => null)).toEqual({ outcome: 'unchanged', account });
        expect(await accounts.update(testAccount().id, () => null)).toEqual({ outcome: 'missing' });
      }));

    test('move the keys with the document: the old address and identity are free again', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const account = withIdentity(testAccount(), 'identity');
        await accounts.create(account, {});
        await accounts.update(account.id, (before) => ({
          account: { ...before, emailFingerprint: testFingerprint('new address'), identity: null },
        }));
        expect(await accounts.byEmail(account.emailFingerprint)).toBeNull();
        expect(await accounts.byIdentity([testFingerprint('identity')])).toBeNull();
        expect((await accounts.byEmail(testFingerprint('new address')))?.id).toBe(account.id);
        const heir = withIdentity(testAccount({ emailFingerprint: account.emailFingerprint }), 'identity');
        expect(await accounts.create(heir, {})).toBe('created');
      }));

    test('are refused with nothing changed where the new key or the token is taken', () =>
      withStorage(open, async ({ storage }) => {
        const owner = withIdentity(testAccount(), 'identity');
        const other = testAccount();
        await storage.accounts.create(owner, { spends: 'token' });
        await storage.accounts.create(other, {});
        const attempt = (account: Account, effects: Effects) =>
          storage.accounts.update(other.id, () => ({ account: { ...account, nickname: 'changed' }, effects }));
        const effects = allEffects(other);
        const taken = { ...other, emailFingerprint: owner.emailFingerprint };
        expect(await attempt(taken, effects)).toEqual({ outcome: 'email-taken' });
        expect(await attempt(withIdentity(other, 'identity'), effects)).toEqual({ outcome: 'identity-taken' });
        expect(await attempt(other, { ...effects, spends: 'token' })).toEqual({ outcome: 'spent' });
        expect(await storage.accounts.byId(other.id)).toEqual(other);
        expect(await storage.audit.list({ limit: 10 })).toEqual([]);
        expect(await storage.outbox.nextDueAt()).toBeNull();
      }));

    test('a change that throws changes nothing', () =>
      withStorage(open, async ({ storage: { accounts } }) => {
        const account = testAccount();
        await accounts.create(account, {});
        const failing = accounts.update(account.id, () => {
          throw new Error('no change');
        });
        await expect(failing).rejects.toThrow('no change');
        expect(await accounts.byId(account.id)).toEqual(account);
      }));
  });
}

export function withIdentity(account: Account, name: string): Account {
  return { ...account, identity: testIdentity(name) };
}

/** One row of every kind that can stand beside a change. */
function allEffects({ id }: Account): Required<Effects> {
  const evidence: TermsEvidence = {
    accountId: id,
    termsId: 'oima',
    version: '3',
    locale: 'sv',
    textHash: 'hash',
    acceptedAt: 1_500,
    clientId: 'oima' as ClientId,
    network: '192.0.0.0/16',
  };
  const audit = testAudit({ accountId: id, details: { rule: 'first', tries: 2, ok: true, none: null } });
  return { audit: [audit], mails: [testMail({ accountId: id })], evidence: [evidence], spends: `token of ${id}` };
}

async function expectNoTrace(storage: Storage, account: Account): Promise<void> {
  expect(await storage.accounts.byId(account.id)).toBeNull();
  expect((await storage.accounts.byEmail(account.emailFingerprint))?.id).not.toBe(account.id);
  expect(await storage.accounts.isSpent(`token of ${account.id}`)).toBe(false);
  expect(await storage.evidence.of(account.id)).toEqual([]);
  expect(await storage.audit.list({ accountId: account.id, limit: 10 })).toEqual([]);
  expect(await storage.outbox.nextDueAt()).toBeNull();
}
