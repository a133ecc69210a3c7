import { describe, expect, test } from '@jest/globals';
import type { AccountId, BrowserHash, Fingerprint } from '../../src/ids.ts';
import {
  choiceWait,
  delayedWorthARecord,
  findAccountWait,
  forgetWrongPasswords,
  interactionWait,
  linkWait,
  mailWait,
  type PasswordTry,
  passwordWait,
  passwordWasWrong,
  strongAuthWait,
} from '../../src/secrets/limits.ts';
import { codeDeps } from './deps.ts';

const address = 'address' as Fingerprint;
const stranger: PasswordTry = { address, network: 'net', knownDevice: null };
const owner: PasswordTry = {
  address,
  network: 'home',
  knownDevice: { account: 'account' as AccountId, browser: 'browser' as BrowserHash },
};

describe('wrong passwords', () => {
  test('the fifth opens a delay of 30 s that doubles to 15 min', async () => {
    const { deps, clock } = await codeDeps();
    for (let wrong = 1; wrong <= 4; wrong += 1) expect(await passwordWait(deps, stranger)).toBeNull();
    const delays: number[] = [];
    for (let wrong = 5; wrong <= 12; wrong += 1) {
      expect(await passwordWait(deps, stranger)).toBeNull();
      const delay = (await passwordWait(deps, stranger)) ?? 0;
      delays.push(delay);
      clock.advance(delay * 1000);
    }
    expect(delays).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
  });

  test('of fifty at once no more than five are looked at before the delay', async () => {
    const { deps } = await codeDeps();
    const waits = await Promise.all(Array.from({ length: 50 }, () => passwordWait(deps, stranger)));
    expect(waits.filter((wait) => wait === null).length).toBeLessThanOrEqual(5);
  });

  test('a stranger’s failures do not stop a device the account knows', async () => {
    const { deps } = await codeDeps();
    for (let turn = 0; turn < 6; turn += 1) await passwordWait(deps, stranger);
    expect(await passwordWait(deps, stranger)).toBeGreaterThan(0);
    expect(await passwordWait(deps, owner)).toBeNull();
  });

  test('a known device has ten tries of its own, then it waits like everybody', async () => {
    const { deps } = await codeDeps();
    for (let turn = 0; turn < 6; turn += 1) await passwordWait(deps, stranger);
    const waits = [];
    for (let turn = 0; turn < 11; turn += 1) waits.push(await passwordWait(deps, owner));
    expect(waits.slice(0, 10).every((wait) => wait === null)).toBe(true);
    expect(waits[10]).toBeGreaterThan(0);
  });

  test('what is refused during a delay is recorded as often as wrong passwords are allowed, not without end', async () => {
    const { deps, clock } = await codeDeps();
    const most = deps.config.limits.passwords.perNetworkPer10Minutes;
    const recorded = [];
    for (let turn = 0; turn < most + 20; turn += 1) recorded.push(await delayedWorthARecord(deps, stranger));
    expect(recorded.filter(Boolean)).toHaveLength(most);
    expect(await delayedWorthARecord(deps, { ...stranger, network: 'another' })).toBe(true);
    clock.advance(600_000);
    expect(await delayedWorthARecord(deps, stranger)).toBe(true);
  });

  test('thirty passwords may be chosen behind one link in ten minutes: looking each up costs far more than sending it', async () => {
    const { deps, clock } = await codeDeps();
    for (let turn = 0; turn < 30; turn += 1) expect(await choiceWait(deps, 'link')).toBeNull();
    expect(await choiceWait(deps, 'link')).toBe(600);
    expect(await choiceWait(deps, 'another link')).toBeNull();
    clock.advance(600_000);
    expect(await choiceWait(deps, 'link')).toBeNull();
  });

  test('a success forgets the row of failures', async () => {
    const { deps } = await codeDeps();
    for (let turn = 0; turn < 5; turn += 1) await passwordWait(deps, stranger);
    await forgetWrongPasswords(deps, stranger);
    expect(await passwordWait(deps, stranger)).toBeNull();
  });

  test('a hundred in a row end it for the day, whatever the pauses', async () => {
    const { deps, clock } = await codeDeps();
    let looked = 0;
    for (let turn = 0; turn < 130; turn += 1) {
      const wait = await passwordWait(deps, stranger);
      if (wait === null) looked += 1;
      // Just past each delay; the day's window stays the first try's.
      clock.advance(Math.min((wait ?? 1) * 1000, 10 * 60_000) / 2);
    }
    expect(looked).toBeLessThanOrEqual(100);
  });

  test('fifty wrong from one network in ten minutes stop that network only', async () => {
    const { deps, clock } = await codeDeps();
    for (let turn = 0; turn < 50; turn += 1) {
      await passwordWasWrong(deps, { ...stranger, address: `other-${turn}` as Fingerprint });
    }
    const fresh = { ...stranger, address: 'fresh' as Fingerprint };
    expect(await passwordWait(deps, fresh)).toBeGreaterThan(0);
    expect(await passwordWait(deps, { ...fresh, network: 'elsewhere' })).toBeNull();
    clock.advance(10 * 60_000);
    expect(await passwordWait(deps, fresh)).toBeNull();
  });
});

describe('mails that somebody asks for', () => {
  test('one a minute, five an hour, ten a day per address and kind', async () => {
    const { deps, clock } = await codeDeps();
    const sentAt: number[] = [];
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      for (const _twice of [1, 2])
        if ((await mailWait(deps, 'activate', address, `n${minute}`)) === null) sentAt.push(minute);
      clock.advance(60_000);
    }
    expect(new Set(sentAt).size).toBe(sentAt.length);
    expect(sentAt.filter((minute) => minute < 60)).toHaveLength(5);
    expect(sentAt).toHaveLength(10);
    expect(await mailWait(deps, 'reset', address, 'n')).toBeNull();
  });

  test('thirty an hour per network', async () => {
    const { deps } = await codeDeps();
    const waits = [];
    for (let turn = 0; turn < 31; turn += 1)
      waits.push(await mailWait(deps, 'reset', `a${turn}` as Fingerprint, 'net'));
    expect(waits.filter((wait) => wait === null)).toHaveLength(30);
  });
});

test('ten visits to the broker an hour per account; 300 links a minute; 50 interactions a browser', async () => {
  const { deps } = await codeDeps();
  const count = async (most: number, wait: () => Promise<number | null>) => {
    let free = 0;
    for (let turn = 0; turn < most + 5; turn += 1) if ((await wait()) === null) free += 1;
    return free;
  };
  expect(await count(10, () => strongAuthWait(deps, 'account' as AccountId))).toBe(10);
  expect(await count(300, () => linkWait(deps, 'net'))).toBe(300);
  expect(await count(50, () => interactionWait(deps, 'browser' as BrowserHash, 'net'))).toBe(50);
});

test('who looks for their account goes to the bank ten times an hour in a browser, thirty times from a network', async () => {
  const { deps, clock } = await codeDeps();
  const visit = (browser: string) => findAccountWait(deps, browser as BrowserHash, 'net');
  for (let times = 0; times < 10; times += 1) expect(await visit('one')).toBeNull();
  expect(await visit('one')).toBe(3600);
  // A cookie that is dropped each time.
  for (let times = 0; times < 20; times += 1) expect(await visit(`browser ${times}`)).toBeNull();
  expect(await visit('another')).toBe(3600);
  clock.advance(3_600_000);
  expect(await visit('one')).toBeNull();
});

test('a network that asked for too many mails uses up no address’s own', async () => {
  const { deps, clock } = await codeDeps();
  const { perNetworkPerHour } = deps.config.limits.mail;
  for (let turn = 0; turn < perNetworkPerHour; turn += 1) {
    expect(await mailWait(deps, 'reset', `other-${turn}` as Fingerprint, 'hostile')).toBeNull();
  }
  for (let turn = 0; turn < 10; turn += 1) {
    expect(await mailWait(deps, 'reset', address, 'hostile')).not.toBeNull();
    clock.advance(61_000);
  }
  expect(await mailWait(deps, 'reset', address, 'home')).toBeNull();
});
