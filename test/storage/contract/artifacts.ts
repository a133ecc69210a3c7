import { describe, expect, test } from '@jest/globals';
import type { AccountId } from '../../../src/ids.ts';
import { type OpenStorage, racers, withStorage } from '../contract.ts';

const anna = 'anna' as AccountId;

export function artifactsContract(open: OpenStorage): void {
  describe('artifacts', () => {
    test('are found by model and id, and replaced by a second upsert', () =>
      withStorage(open, async ({ storage: { artifacts } }) => {
        await artifacts.upsert('Session', 'id', 'first', {}, null);
        await artifacts.upsert('Grant', 'id', 'of another model', {}, null);
        await artifacts.upsert('Session', 'id', 'second', {}, null);
        expect(await artifacts.find('Session', 'id')).toEqual({ payload: 'second', consumedAt: null });
        await artifacts.destroy('Session', 'id');
        await artifacts.destroy('Session', 'id');
        expect(await artifacts.find('Session', 'id')).toBeNull();
        expect(await artifacts.find('Grant', 'id')).not.toBeNull();
      }));

    test('die exactly at their instant, for every look-up; without an instant they stay', () =>
      withStorage(open, async ({ storage: { artifacts }, clock }) => {
        const keys = { uid: 'uid', userCode: 'code', accountId: anna };
        await artifacts.upsert('Session', 'id', 'payload', keys, clock.now() + 1_000);
        await artifacts.upsert('Client', 'id', 'payload', {}, null);
        const lookUps = async () => [
          (await artifacts.find('Session', 'id')) !== null,
          (await artifacts.findByUid('Session', 'uid')) !== null,
          (await artifacts.findByUserCode('Session', 'code')) !== null,
          (await artifacts.ofAccount('Session', anna)).length > 0,
        ];
        clock.advance(999);
        expect(await lookUps()).toEqual([true, true, true, true]);
        clock.advance(1);
        expect(await lookUps()).toEqual([false, false, false, false]);
        expect(await artifacts.consume('Session', 'id')).toBe(false);
        clock.advance(1e12);
        expect(await artifacts.find('Client', 'id')).not.toBeNull();
      }));

    test('an upsert moves the expiry', () =>
      withStorage(open, async ({ storage: { artifacts }, clock }) => {
        await artifacts.upsert('Session', 'id', 'payload', { uid: 'uid' }, clock.now() + 1_000);
        clock.advance(900);
        await artifacts.upsert('Session', 'id', 'payload', { uid: 'uid' }, clock.now() + 1_000);
        clock.advance(900);
        expect(await artifacts.find('Session', 'id')).not.toBeNull();
      }));

    test('another payload is only for a live row, and all else of the row stays', () =>
      withStorage(open, async ({ storage: { artifacts }, clock }) => {
        expect(await artifacts.replace('Interaction', 'id', 'too early')).toBe(false);
        await artifacts.upsert(
          'Interaction',
          'id',
          'two\nlines',
          { grantId: 'g', accountId: anna },
          clock.now() + 1_000,
        );
        await artifacts.consume('Interaction', 'id');
        const consumedAt = clock.now();
        clock.advance(999);
        expect(await artifacts.replace('Interaction', 'id', 'three\nlines\n%1')).toBe(true);
        expect(await artifacts.find('Interaction', 'id')).toEqual({ payload: 'three\nlines\n%1', consumedAt });
        expect(await artifacts.ofAccount('Interaction', anna)).toEqual(['three\nlines\n%1']);
        clock.advance(1);
        expect(await artifacts.replace('Interaction', 'id', 'too late')).toBe(false);
        await artifacts.upsert('Interaction', 'other', 'payload', {}, clock.now() + 1_000);
        await artifacts.destroy('Interaction', 'other');
        expect(await artifacts.replace('Interaction', 'other', 'brought back')).toBe(false);
        expect(await artifacts.find('Interaction', 'other')).toBeNull();
      }));

    test('of 20 parallel consumers one wins; the row stays, marked, also through an upsert', () =>
      withStorage(open, async ({ storage: { artifacts }, clock }) => {
        await artifacts.upsert('AuthorizationCode', 'id', 'payload', { grantId: 'g' }, clock.now() + 60_000);
        const consumedAt = clock.now();
        const wins = await Promise.all(racers.map(() => artifacts.consume('AuthorizationCode', 'id')));
        expect(wins.filter(Boolean)).toHaveLength(1);
        expect(await artifacts.consume('AuthorizationCode', 'absent')).toBe(false);
        clock.advance(10);
        for (const grantId of ['g', 'another']) {
          await artifacts.upsert('AuthorizationCode', 'id', 'changed', { grantId }, clock.now() + 60_000);
          expect(await artifacts.find('AuthorizationCode', 'id')).toEqual({ payload: 'changed', consumedAt });
        }
        expect(await artifacts.consume('AuthorizationCode', 'id')).toBe(false);
      }));

    test('an id used again after its row has expired is a new row', () =>
      withStorage(open, async ({ storage: { artifacts }, clock }) => {
        await artifacts.upsert('AuthorizationCode', 'id', 'old', {}, clock.now() + 1_000);
        await artifacts.consume('AuthorizationCode', 'id');
        clock.advance(1_000);
        await artifacts.upsert('AuthorizationCode', 'id', 'new', {}, clock.now() + 1_000);
        expect(await artifacts.find('AuthorizationCode', 'id')).toEqual({ payload: 'new', consumedAt: null });
        expect(await artifacts.consume('AuthorizationCode', 'id')).toBe(true);
      }));

    test('of 20 parallel inserts one succeeds, and again when the row has expired', () =>
      withStorage(open, async ({ storage: { artifacts }, clock }) => {
        const insert = () => artifacts.insert('ReplayDetection', 'id', 'payload', clock.now() + 1_000);
        expect((await Promise.all(racers.map(insert))).filter(Boolean)).toHaveLength(1);
        clock.advance(999);
        expect(await insert()).toBe(false);
        clock.advance(1);
        expect(await insert()).toBe(true);
      }));

    test('a uid and a user code move to the row written last; other models have their own', () =>
      withStorage(open, async ({ storage: { artifacts }, clock }) => {
        const end = clock.now() + 1_000;
        await artifacts.upsert('Session', 'old', 'old', { uid: 'uid', userCode: 'code' }, end);
        await artifacts.upsert('Session', 'new', 'new', { uid: 'uid', userCode: 'code' }, end);
        await artifacts.upsert('DeviceCode', 'other', 'other', { uid: 'uid', userCode: 'code' }, end);
        expect((await artifacts.findByUid('Session', 'uid'))?.payload).toBe('new');
        expect((await artifacts.findByUserCode('Session', 'code'))?.payload).toBe('new');
        expect((await artifacts.findByUserCode('DeviceCode', 'code'))?.payload).toBe('other');
        await artifacts.destroy('Session', 'old');
        expect((await artifacts.findByUid('Session', 'uid'))?.payload).toBe('new');
        await artifacts.destroy('Session', 'new');
        expect(await artifacts.findByUid('Session', 'uid')).toBeNull();
      }));

    test('are deleted by a uid: the row written last under it, in that model only', () =>
      withStorage(open, async ({ storage: { artifacts } }) => {
        await artifacts.upsert('Session', 'old', 'old', { uid: 'uid', accountId: anna }, null);
        await artifacts.upsert('Session', 'new', 'new', { uid: 'uid', accountId: anna }, null);
        await artifacts.upsert('DeviceCode', 'other', 'other', { uid: 'uid' }, null);
        await artifacts.destroyByUid('Session', 'absent');
        await artifacts.destroyByUid('Session', 'uid');
        await artifacts.destroyByUid('Session', 'uid');
        expect(await artifacts.findByUid('Session', 'uid')).toBeNull();
        expect(await artifacts.ofAccount('Session', anna)).toEqual(['old']);
        expect(await artifacts.find('DeviceCode', 'other')).not.toBeNull();
      }));

    test('a session that gets an account is found by it, and no more by the one it had', () =>
      withStorage(open, async ({ storage: { artifacts } }) => {
        await artifacts.upsert('Session', 'id', 'nobody', { uid: 'uid' }, null);
        await artifacts.upsert('Session', 'id', 'anna', { uid: 'uid', accountId: 'anna' }, null);
        expect(await artifacts.ofAccount('Session', anna)).toEqual(['anna']);
        await artifacts.upsert('Session', 'id', 'bo', { uid: 'uid', accountId: 'bo' }, null);
        expect(await artifacts.ofAccount('Session', anna)).toEqual([]);
      }));

    test('are revoked by grant, one model at a time', () =>
      withStorage(open, async ({ storage: { artifacts } }) => {
        for (const id of ['one', 'two']) await artifacts.upsert('AccessToken', id, id, { grantId: 'grant' }, null);
        await artifacts.upsert('AccessToken', 'kept', 'kept', { grantId: 'another' }, null);
        await artifacts.upsert('RefreshToken', 'kept', 'kept', { grantId: 'grant' }, null);
        await artifacts.revokeByGrant('AccessToken', 'grant');
        const left = await Promise.all(['one', 'two', 'kept'].map((id) => artifacts.find('AccessToken', id)));
        expect(left.map((row) => row?.payload)).toEqual([undefined, undefined, 'kept']);
        expect(await artifacts.find('RefreshToken', 'kept')).not.toBeNull();
      }));

    test('are revoked by account but for the one row that is spared', () =>
      withStorage(open, async ({ storage: { artifacts } }) => {
        for (const id of ['one', 'two', 'three']) {
          await artifacts.upsert('Session', id, id, { uid: id, accountId: anna }, null);
        }
        await artifacts.upsert('DeviceCode', 'two', 'two', { uid: 'two', accountId: anna }, null);
        await artifacts.upsert('Grant', 'two', 'two', { accountId: anna }, null);
        await artifacts.revokeByAccount(anna, { model: 'Session', uid: 'two' });
        expect(await artifacts.ofAccount('Session', anna)).toEqual(['two']);
        expect(await artifacts.findByUid('Session', 'two')).not.toBeNull();
        expect(await artifacts.find('DeviceCode', 'two')).toBeNull();
        expect(await artifacts.find('Grant', 'two')).toBeNull();
        await artifacts.revokeByAccount(anna, { model: 'Session', uid: 'absent' });
        expect(await artifacts.ofAccount('Session', anna)).toEqual([]);
      }));

    test('are revoked by account over all models, consumed ones too', () =>
      withStorage(open, async ({ storage: { artifacts } }) => {
        const models = ['Session', 'Grant', 'AuthorizationCode', 'RefreshToken'];
        for (const model of models) {
          await artifacts.upsert(model, 'anna', 'anna', { accountId: 'anna' }, null);
          await artifacts.upsert(model, 'bo', 'bo', { accountId: 'bo' }, null);
        }
        await artifacts.consume('RefreshToken', 'anna');
        await artifacts.revokeByAccount(anna);
        for (const model of models) {
          expect(await artifacts.find(model, 'anna')).toBeNull();
          expect(await artifacts.find(model, 'bo')).not.toBeNull();
        }
      }));
  });
}
