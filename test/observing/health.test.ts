/** What works, as a node has seen it: from what it asks, its clock and its disk, to what people and balancers are told. */
import { expect, test } from '@jest/globals';
import type { Context } from 'koa';
import { TemporarilyUnavailable } from '../../src/errors.ts';
import { healthRoutes } from '../../src/http/health.ts';
import type { Pages } from '../../src/http/pages.ts';
import type { StatusModel } from '../../src/http/statement-models.ts';
import { statusPage } from '../../src/http/status-page.ts';
import { createTexts } from '../../src/http/texts.ts';
import type { Mailer } from '../../src/mail/mailer.ts';
import { createHealth } from '../../src/observing/health.ts';
import { observedBroker } from '../../src/observing/observed-broker.ts';
import { observedMailer } from '../../src/observing/observed-mailer.ts';
import { observedStorage } from '../../src/observing/observed-storage.ts';
import { createClockWatch } from '../../src/observing/watch-clock.ts';
import type { Broker, StartInput, StartOutcome } from '../../src/upstream/broker.ts';
import { openTestStorage, testAccount, testClock } from '../support/storage.ts';

const brokers = [
  { id: 'pankki', enabled: true },
  { id: 'varalla', enabled: true },
  { id: 'pois', enabled: false },
];
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function started() {
  const clock = testClock();
  const health = createHealth({ clock, brokers });
  const state = (name: string) => health.states().find((one) => one.name === name);
  return { clock, health, state };
}

test('nothing is known of what nobody asked, and what is switched off is no dependency', () => {
  const { health } = started();
  expect(health.states().map(({ name, state, since }) => [name, state, since])).toEqual(
    ['storage', 'mail', 'broker:pankki', 'broker:varalla', 'clock', 'disk'].map((name) => [name, 'unknown', null]),
  );
});

test('a store that is away is told with since when, until it answers; a fault of ours says nothing of it', async () => {
  const { clock, health, state } = started();
  const storage = await openTestStorage(clock);
  let thrown: Error | null = null;
  const failing = { ...storage.accounts, byId: async () => Promise.reject(thrown) };
  const watched = observedStorage({ ...storage, accounts: failing }, health.observer);
  const ask = (error: Error) => {
    thrown = error;
    return watched.accounts.byId(testAccount().id).catch(() => undefined);
  };
  await watched.ping();
  await ask(new Error('a fault with aino@oma.example in it'));
  expect(state('storage')).toMatchObject({ state: 'well', since: clock.now() });
  clock.advance(60_000);
  const since = clock.now();
  await ask(new TemporarilyUnavailable('mongo: ECONNREFUSED'));
  clock.advance(60_000);
  await ask(new TemporarilyUnavailable('mongo: ETIMEDOUT'));
  expect(state('storage')).toEqual({ name: 'storage', state: 'failing', since, code: 'mongo: ETIMEDOUT' });
  await watched.ping();
  expect(state('storage')).toEqual({ name: 'storage', state: 'well', since: clock.now(), code: null });
});

test('a broker and a mail server fail when they are not well, not when they say no', async () => {
  const { health, state } = started();
  let outcome: StartOutcome = { outcome: 'unavailable', cause: 'timeout' };
  // Casts: of both only what is observed.
  const broker = observedBroker({ id: 'pankki', start: async () => outcome } as unknown as Broker, health.observer);
  const start = () => broker.start({} as StartInput);
  await start();
  expect(state('broker:pankki')).toMatchObject({ state: 'failing', code: 'timeout' });
  outcome = { outcome: 'unavailable', cause: 'disabled' };
  await start();
  expect(state('broker:pankki')?.state).toBe('well');
  expect(state('broker:varalla')?.state).toBe('unknown');

  let refused: object = { code: 'ECONNECTION' };
  const send = async () => Promise.reject(Object.assign(new Error('to aino@oma.example'), refused));
  const mailer = observedMailer({ send } as unknown as Mailer, health.observer);
  const hand = () => mailer.send({} as never).catch(() => undefined);
  await hand();
  expect(state('mail')).toMatchObject({ state: 'failing', code: 'ECONNECTION' });
  refused = { code: 'EENVELOPE', responseCode: 550 };
  await hand();
  expect(state('mail')?.state).toBe('well');
});

test('a clock set back by half a minute or more serves nobody until the time is where it was; less is only told', async () => {
  const { clock, health, state } = started();
  const storage = await openTestStorage(clock);
  let monotonic = 0;
  const jumps: number[] = [];
  const watch = createClockWatch({
    clock,
    health,
    log: silent,
    monotonic: () => monotonic,
    jumped: (seconds) => void jumps.push(seconds),
  });
  const pass = (ms: number, wallMs = ms) => {
    monotonic += ms;
    clock.advance(wallMs);
    watch.look();
  };
  const ready = async () => {
    const ctx = { status: 0, body: {} };
    // A cast: readiness reads nothing of the request.
    await healthRoutes({ storage, health, log: silent as never }, () => false).ready(ctx as unknown as Context);
    return [ctx.status, ctx.body];
  };
  pass(1_000);
  pass(1_000, 5_500);
  pass(1_000, -19_000);
  expect([jumps, state('clock')?.state]).toEqual([[-20], 'well']);
  pass(1_000, 3_600_000);
  pass(1_000, -59_000);
  expect(jumps).toEqual([-20, 3_599, -60]);
  expect(await ready()).toEqual([503, { status: 'not ready', reasons: ['clock-set-back'] }]);
  pass(59_000);
  expect(state('clock')?.state).toBe('failing');
  pass(1_000);
  expect(await ready()).toEqual([200, { status: 'ready' }]);
});

test('readiness tells why in words of ours', async () => {
  const { clock, health } = started();
  const storage = await openTestStorage(clock);
  const ping = () => Promise.reject(new Error('mongodb://secret.host is away'));
  const ask = async (stopping: boolean) => {
    const ctx = { status: 0, body: {} };
    const routes = healthRoutes({ storage: { ...storage, ping }, health, log: silent as never }, () => stopping);
    await routes.ready(ctx as unknown as Context);
    return [ctx.status, ctx.body];
  };
  expect(await ask(false)).toEqual([503, { status: 'not ready', reasons: ['storage-unavailable'] }]);
  expect(await ask(true)).toEqual([503, { status: 'not ready', reasons: ['stopping'] }]);
});

test('people are told what works in parts that they know, and one bank that answers is enough', () => {
  const { clock, health } = started();
  let shown: StatusModel | undefined;
  const send: Pages['send'] = (_ctx, _view, model) => {
    // A cast: the status page sends no other.
    shown = model as StatusModel;
  };
  const pages = { send, localeOf: () => 'fi' } as unknown as Pages;
  const page = statusPage({ health, clock, texts: createTexts(), pages });
  const look = () => {
    page({ query: {} } as Context);
    return shown?.parts.map(({ name, told }) => [name.key, told.key, told.params?.['at']]);
  };
  health.note('storage', null);
  health.note('mail', 'ECONNECTION');
  health.note('broker:pankki', 'timeout');
  expect(look()).toEqual([
    ['status.sign-in', 'status.works', undefined],
    ['status.identification', 'status.unknown', undefined],
    ['status.mail', 'status.fails-since', '22.11.2026 klo 14.00'],
  ]);
  health.note('broker:varalla', 'timeout');
  expect(look()?.[1]).toEqual(['status.identification', 'status.fails-since', '22.11.2026 klo 14.00']);
  health.note('broker:pankki', null);
  expect(look()?.[1]).toEqual(['status.identification', 'status.works', undefined]);
});
