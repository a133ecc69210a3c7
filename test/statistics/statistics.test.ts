/** Counts by day and client: what counts, that none is lost or counted twice, and what is made of them. */
import { expect, test } from '@jest/globals';
import type { AuditRecord } from '../../src/audit/audit-log.ts';
import type { Config } from '../../src/config/schema.ts';
import type { AccountId, ClientId } from '../../src/ids.ts';
import { tallyRecord } from '../../src/statistics/counted-records.ts';
import { boundOf, quantile } from '../../src/statistics/durations.ts';
import { readStatistics } from '../../src/statistics/statistics.ts';
import { createTally } from '../../src/statistics/tally.ts';
import { watchedStorage } from '../../src/statistics/watched-storage.ts';
import { openTestStorage, testAccount, testAudit, testClock } from '../support/storage.ts';

const oima = 'oima' as ClientId;
const random = { bytes: (length: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(length))), int: () => 0 };
// A cast: of the configuration only the prices are read.
const config = { statistics: { pricePerIdentification: 0.25, priceByBroker: { dear: 2 } } } as unknown as Config;
const noon = Date.UTC(2026, 10, 22, 12);

test('a record is told once it is stored, whichever port stored it, and not where nothing was', async () => {
  const storage = await openTestStorage();
  const told: AuditRecord['event'][] = [];
  const watched = watchedStorage(storage, ({ event }) => void told.push(event));
  const record = (event: AuditRecord['event']) => ({ ...testAudit(), event });
  const account = testAccount();
  await watched.accounts.create(account, { audit: [record('account.created')] });
  await watched.accounts.create(account, { audit: [record('account.created')] });
  await watched.accounts.update(account.id, (current) => ({
    account: current,
    effects: { audit: [record('sign-in.finished'), record('step-up.drawn')] },
  }));
  await watched.accounts.update(account.id, () => null);
  const nobody = 'nobody' as AccountId;
  await watched.accounts.update(nobody, (current) => ({
    account: current,
    effects: { audit: [record('sign-in.finished')] },
  }));
  await watched.audit.append(record('password.refused'));
  await watched.outbox.add([], [record('sign-up.requested')]);
  expect(told).toEqual([
    'account.created',
    'sign-in.finished',
    'step-up.drawn',
    'password.refused',
    'sign-up.requested',
  ]);
  expect(watched.notBefore).toBe(storage.notBefore);
});

test('days are those of Finland, and what a store could not take is stored the next time, once', async () => {
  const storage = await openTestStorage();
  let broken = true;
  const add: typeof storage.statistics.add = async (...row) => {
    // The worst that can happen: it was stored, and the answer was lost.
    await storage.statistics.add(...row);
    if (broken) throw new Error('the cable was pulled');
  };
  const tally = createTally({ storage: { ...storage, statistics: { ...storage.statistics, add } }, random });
  const lastMinute = Date.UTC(2026, 10, 22, 21, 59);
  tally.count('sign-in', oima, lastMinute);
  tally.count('sign-in', oima, lastMinute + 60_000);
  await expect(tally.flush()).rejects.toThrow('the cable was pulled');
  tally.count('sign-in', oima, lastMinute);
  tally.count('journey/begun', null, lastMinute);
  broken = false;
  await Promise.all([tally.flush(), tally.flush()]);
  expect(await storage.statistics.read('2026-11-01', '2026-11-30')).toEqual([
    { day: '2026-11-22', clientId: '', counts: { 'journey/begun': 1 } },
    { day: '2026-11-22', clientId: oima, counts: { 'sign-in': 2 } },
    { day: '2026-11-23', clientId: oima, counts: { 'sign-in': 1 } },
  ]);
});

test('an identification counts by broker and rule, costs what its broker asks, and is paid for even by the wrong person', async () => {
  const clock = testClock(noon);
  const storage = await openTestStorage(clock);
  const tally = createTally({ storage, random });
  const happened = (event: AuditRecord['event'], details: AuditRecord['details']) =>
    tallyRecord(tally, { ...testAudit({ event, at: noon }), clientId: oima, details });
  happened('strong-auth.started', { broker: 'cheap', method: 'bank' });
  happened('strong-auth.identified', { broker: 'cheap', rule: 'rate' });
  happened('strong-auth.mismatch', { broker: 'cheap', rule: 'first' });
  happened('strong-auth.identified', { broker: 'dear', rule: 'first', purpose: 'find-account' });
  happened('strong-auth.failed', { broker: 'dear', cause: 'failed' });
  happened('strong-auth.failed', { cause: 'no-broker' });
  happened('device.forgotten', {});
  const { total } = await readStatistics({ config, storage, clock, tally }, { from: '2026-11-22', to: '2026-11-22' });
  expect(total.brokers).toEqual([
    { broker: 'cheap', started: 1, failed: 0, done: 2, byRule: { rate: 1, first: 1 }, cost: 0.5 },
    { broker: 'dear', started: 0, failed: 1, done: 1, byRule: { 'find-account': 1 }, cost: 2 },
    { broker: 'none', started: 0, failed: 1, done: 0, byRule: {}, cost: 0 },
  ]);
});

test('where people give up is told when the journeys of the day are over; by day, by client and in all', async () => {
  const clock = testClock(noon);
  const storage = await openTestStorage(clock);
  const tally = createTally({ storage, random });
  const times = (count: number, name: Parameters<typeof tally.count>[0], client = oima, at = noon) => {
    for (let done = 0; done < count; done += 1) tally.count(name, client, at);
  };
  times(9, 'rung/strong-auth/entered');
  times(5, 'rung/strong-auth/left');
  times(4, 'rung/strong-auth/within/30');
  times(1, 'rung/strong-auth/within/longer');
  times(1, 'rung/strong-auth/cancelled');
  times(2, 'rung/strong-auth/entered', 'kuitti' as ClientId, noon + 86_400_000);
  const read = async (clientId?: ClientId) =>
    readStatistics(
      { config, storage, clock, tally },
      { from: '2026-11-22', to: '2026-11-23', ...(clientId && { clientId }) },
    );
  const rung = ({ figures }: { figures: Awaited<ReturnType<typeof read>>['total'] }) =>
    figures.rungs.find((one) => one.rung === 'strong-auth');
  const early = await read();
  expect(rung({ figures: early.total })).toMatchObject({ entered: 11, left: 5, cancelled: 1, gaveUp: 0 });
  // The last journey of the 22nd ends with the 23rd.
  clock.advance(36 * 3_600_000);
  const late = await read();
  expect(rung({ figures: late.total })).toEqual({
    rung: 'strong-auth',
    entered: 11,
    left: 5,
    cancelled: 1,
    gaveUp: 3,
    durations: { '30': 4, longer: 1 },
  });
  expect(late.days.map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-23']);
  expect(late.clients.map((one) => [one.clientId, rung(one)?.entered])).toEqual([
    ['oima', 9],
    ['kuitti', 2],
  ]);
  expect(rung({ figures: (await read('kuitti' as ClientId)).total })?.entered).toBe(2);
});

test('a median is told from counts between bounds, and none where it would be invented', () => {
  expect([boundOf(0), boundOf(5_000), boundOf(5_001), boundOf(21_600_001)]).toEqual(['5', '5', '10', 'longer']);
  expect(quantile({}, 0.5)).toBeNull();
  expect(quantile({ longer: 3 }, 0.5)).toBeNull();
  expect(quantile({ '10': 4 }, 0.5)).toBe(7.5);
  expect(quantile({ '5': 9, '60': 1 }, 0.9)).toBe(5);
  expect(quantile({ '5': 8, '60': 2 }, 0.9)).toBe(52.5);
});
