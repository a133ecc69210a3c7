/** One request's reads and writes, over the embedded store, with what reaches it counted. */
import { describe, expect, test } from '@jest/globals';
import type { Storage } from '../../src/storage/ports.ts';
import { withUnitOfWork } from '../../src/storage/unit-of-work.ts';
import { openTestStorage, testAccount, testClock } from '../support/storage.ts';

type Call = readonly [port: string, method: string, key: unknown];

/** The real store; every call of some ports is noted before it is done. */
async function openNoted() {
  const clock = testClock();
  const inner = await openTestStorage(clock);
  const calls: Call[] = [];
  const noted = (name: 'accounts' | 'artifacts' | 'journeys' | 'sessions' | 'limits') =>
    Object.fromEntries(
      Object.entries(inner[name]).map(([method, call]) => [
        method,
        (...args: unknown[]) => {
          calls.push([name, method, args[name === 'artifacts' ? 1 : 0]]);
          return Reflect.apply(call, inner[name], args);
        },
      ]),
    );
  const names = ['accounts', 'artifacts', 'journeys', 'sessions', 'limits'] as const;
  const ports = Object.fromEntries(names.map((name) => [name, noted(name)]));
  // A cast: the same methods, noted.
  const storage = withUnitOfWork({ ...inner, ...ports } as unknown as Storage);
  return { storage, inner, calls, later: clock.now() + 60_000 };
}

describe('within one request', () => {
  test('artifacts are written together at its end, and read back meanwhile', async () => {
    const { storage, inner, calls, later } = await openNoted();
    const { artifacts } = storage;
    await storage.bounded(async () => {
      await artifacts.upsert('Grant', 'g', '1', {}, later);
      await artifacts.upsert('Session', 's', '1', {}, later);
      await artifacts.upsert('Grant', 'g', '2', {}, later);
      expect(await artifacts.find('Grant', 'g')).toEqual({ payload: '2', consumedAt: null });
      expect(await inner.artifacts.find('Grant', 'g')).toBeNull();
    });
    expect(calls).toEqual([
      ['artifacts', 'upsert', 's'],
      ['artifacts', 'upsert', 'g'],
    ]);
    expect(await inner.artifacts.find('Grant', 'g')).toMatchObject({ payload: '2' });
    await storage.close();
  });

  test('they are written also when the request fails', async () => {
    const { storage, inner, later } = await openNoted();
    const failing = storage.bounded(async () => {
      await storage.artifacts.upsert('Grant', 'g', '1', {}, later);
      throw new Error('no page for this');
    });
    await expect(failing).rejects.toThrow('no page for this');
    expect(await inner.artifacts.find('Grant', 'g')).not.toBeNull();
    await storage.close();
  });

  test('what asks for many rows finds what was kept, and a revoked one is gone', async () => {
    const { storage, later } = await openNoted();
    const { artifacts } = storage;
    await storage.bounded(async () => {
      await artifacts.upsert('Session', 's', '1', { uid: 'uid', grantId: 'grant' }, later);
      expect(await artifacts.findByUid('Session', 'uid')).toMatchObject({ payload: '1' });
      await artifacts.upsert('Session', 't', '2', { grantId: 'grant' }, later);
      await artifacts.revokeByGrant('Session', 'grant');
      expect(await artifacts.find('Session', 's')).toBeNull();
      expect(await artifacts.find('Session', 't')).toBeNull();
    });
    expect(await artifacts.find('Session', 't')).toBeNull();
    await storage.close();
  });

  test('a code written and consumed in it is consumed, once', async () => {
    const { storage, later } = await openNoted();
    const { artifacts } = storage;
    await storage.bounded(async () => {
      await artifacts.upsert('AuthorizationCode', 'c', '1', {}, later);
      expect(await artifacts.consume('AuthorizationCode', 'c')).toBe(true);
      expect(await artifacts.consume('AuthorizationCode', 'c')).toBe(false);
      expect((await artifacts.find('AuthorizationCode', 'c'))?.consumedAt).toEqual(expect.any(Number));
    });
    await storage.close();
  });

  test('an account is read once in a moment, is known after its own change, and by its address', async () => {
    const { storage, calls } = await openNoted();
    const account = testAccount();
    await storage.accounts.create(account, {});
    calls.length = 0;
    await storage.bounded(async () => {
      await storage.accounts.byEmail(account.emailFingerprint);
      await storage.accounts.byId(account.id);
      await storage.accounts.update(account.id, (now) => ({ account: { ...now, nickname: 'Kaisa' } }));
      expect((await storage.accounts.byId(account.id))?.nickname).toBe('Kaisa');
    });
    expect(calls.map(([, method]) => method)).toEqual(['byEmail', 'update']);
    await storage.close();
  });

  test('what another request changed is seen a moment later, and by compare-and-swap at once', async () => {
    const { storage, inner } = await openNoted();
    const account = testAccount();
    await storage.accounts.create(account, {});
    await storage.bounded(async () => {
      await storage.accounts.byId(account.id);
      await inner.accounts.update(account.id, (now) => ({ account: { ...now, nickname: 'Elsewhere' } }));
      const outcome = await storage.accounts.update(account.id, (now) => ({
        account: { ...now, nickname: `${now.nickname} and here` },
      }));
      expect(outcome).toMatchObject({ account: { nickname: 'Elsewhere and here', version: 3 } });
      await inner.accounts.update(account.id, (now) => ({ account: { ...now, barredAt: 5 } }));
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect((await storage.accounts.byId(account.id))?.barredAt).toBe(5);
    });
    await storage.close();
  });

  test('a limit that was forgotten counts from one again', async () => {
    const { storage } = await openNoted();
    await storage.limits.hit('tries', 60_000);
    await storage.bounded(async () => {
      await storage.limits.forget('tries');
      expect((await storage.limits.hit('tries', 60_000)).count).toBe(1);
    });
    await storage.close();
  });
});

test('requests side by side keep their own, and outside of any everything is done at once', async () => {
  const { storage, inner, later } = await openNoted();
  const { artifacts } = storage;
  await Promise.all(
    ['a', 'b'].map((id) =>
      storage.bounded(async () => {
        await artifacts.upsert('Grant', id, id, {}, later);
        expect(await artifacts.find('Grant', id === 'a' ? 'b' : 'a')).toBeNull();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }),
    ),
  );
  await artifacts.upsert('Grant', 'outside', '1', {}, later);
  for (const id of ['a', 'b', 'outside']) expect(await inner.artifacts.find('Grant', id)).not.toBeNull();
  await storage.close();
});

test('what a request set off and did not wait for still writes after its end', async () => {
  const { storage, inner, later } = await openNoted();
  let late: Promise<void> = Promise.resolve();
  await storage.bounded(async () => {
    late = new Promise<void>((resolve) => setTimeout(resolve, 10)).then(() =>
      storage.artifacts.upsert('Grant', 'late', '1', {}, later),
    );
  });
  await late;
  expect(await inner.artifacts.find('Grant', 'late')).not.toBeNull();
  await storage.close();
});
