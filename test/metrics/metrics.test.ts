/** The figures of a running Avain, as Prometheus reads them. */

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countImports } from '../../src/migration/import-status.ts';
import { startWorld, type World } from '../support/start-world.ts';
import { openTestStorage, testAccount } from '../support/storage.ts';
import { authorization, noListener, signInWithPassword } from '../support/stories.ts';
import { startTraceReceiver, type TraceReceiver } from '../support/trace-receiver.ts';
import { createVisitor } from '../support/visitor.ts';

let world: World;
let origin: string;
let traces: TraceReceiver;
beforeAll(async () => {
  traces = await startTraceReceiver();
  world = await startWorld({
    env: (offset) => {
      origin = `http://127.0.0.1:${3600 + offset}`;
      return { AVAIN_METRICS_PORT: String(3600 + offset), OTEL_EXPORTER_OTLP_ENDPOINT: traces.endpoint };
    },
  });
}, 120_000);
afterAll(async () => {
  await world.stop();
  traces.close();
});

const figures = async () => (await fetch(`${origin}/metrics`)).text();

test('how sign-ins end and how far the imported have come, in lines of a bounded number', async () => {
  const visitor = createVisitor();
  visitor.unvisited.add(noListener);
  const start = await visitor.get(authorization(world).url);
  const wrong = await signInWithPassword(visitor, start, 'aino@oma.example', 'Väärä#Salasana1');
  await visitor.submit(wrong, { password: 'Väärä#Salasana2' });
  expect(
    (await signInWithPassword(visitor, await visitor.get(authorization(world).url), 'aino@oma.example')).url.origin,
  ).toBe(noListener);
  // Counted in the background, soon after the start.
  for (let attempt = 0; attempt < 100 && !(await figures()).includes('vanha-oima'); attempt += 1) await sleep(50);
  const text = await figures();
  const values = new Map(
    text
      .split('\n')
      .filter((line) => line.startsWith('avain_'))
      .map((line) => line.split(/ (?=\S+$)/) as [string, string]),
  );
  const picked = (names: RegExp) => Object.fromEntries([...values].filter(([line]) => names.test(line)));
  expect(picked(/^avain_(sign_in_events|journeys|journey_rungs|identifications)_total/)).toEqual({
    'avain_sign_in_events_total{event="password.refused"}': '2',
    'avain_sign_in_events_total{event="sign-in.finished"}': '1',
    'avain_journeys_total{event="begun"}': '2',
    'avain_journeys_total{event="finished"}': '1',
    'avain_journey_rungs_total{rung="sign-in",event="entered"}': '2',
    'avain_journey_rungs_total{rung="sign-in",event="left"}': '1',
  });
  expect(picked(/^avain_migration_/)).toEqual({
    [state('kept')]: '0',
    [state('changed')]: '0',
    [state('dormant')]: '2',
    [state('without_password')]: '1',
    [state('barred')]: '0',
    [state('failed')]: '0',
    avain_migration_counted_timestamp_seconds: expect.stringMatching(/^\d{10}$/),
  });
  const submitted =
    'avain_http_request_duration_seconds_count{method="POST",route="/interaction/:uid/:step",status="422"}';
  expect(values.get(submitted)).toBe('2');
  expect(values.get('avain_storage_call_duration_seconds_count{operation="journeys.insert",outcome="done"}')).toBe('2');
  expect(values.get('avain_dependency_up{dependency="storage"}')).toBe('1');
  // The start makes one hash by itself; three passwords were tried.
  expect(values.get('avain_password_hashes_total')).toBe('3');
  expect(Number(values.get('avain_disk_free_bytes'))).toBeGreaterThan(0);
  expect(text).toContain('process_resident_memory_bytes');
  expect(text).not.toMatch(/@|oma\.example|aino/);
  // A page's address has a secret; its route has none.
  expect(text).not.toMatch(/interaction\/[^:"]/);
});

const state = (name: string) => `avain_migration_accounts{source="vanha-oima",state="${name}"}`;

test('the table for operators has each figure, and no other', async () => {
  const text = await figures();
  const told = [...text.matchAll(/^# TYPE (avain_\w+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const page = await readFile(new URL('../../docs/operate.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `(avain_\w+)[^|]*\| (counter|gauge|histogram) \|/gm)];
  expect(listed.map(([, name, type]) => `${name} ${type}`).sort()).toEqual(told.sort());
});

test('a request is a span of its own trace, with what was asked of the store below it, and bears the id that it was answered with', async () => {
  const parent = '0af7651916cd43dd8448eb211c80319c';
  const told = await fetch(authorization(world).url, {
    redirect: 'manual',
    headers: { traceparent: `00-${parent}-b7ad6b7169203331-01`, 'x-request-id': 'of-a-stranger-1' },
  });
  const id = told.headers.get('x-request-id');
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  const find = () => traces.spans().find(({ attributes }) => attributes['avain.request_id'] === id);
  for (let attempt = 0; attempt < 160 && find() === undefined; attempt += 1) await sleep(50);
  const request = find();
  expect(request).toMatchObject({
    // There is no proxy of ours: a stranger's trace is not joined.
    parent: '',
    name: 'GET authorization',
    attributes: { 'http.route': 'authorization', 'http.response.status_code': 303, 'http.request.method': 'GET' },
  });
  expect(request?.traceId).not.toBe(parent);
  const calls = traces.spans().filter(({ traceId }) => traceId === request?.traceId);
  expect(calls.filter(({ parent }) => parent === request?.id).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['storage limits.hit', 'storage artifacts.upsert']),
  );
  expect(traces.text()).not.toMatch(/oma\.example|aino|client_id|Väärä/i);
  // Workers ask the store all the time; that is nobody's trace.
  expect(traces.spans().filter(({ name, parent }) => name.startsWith('storage') && parent === '')).toEqual([]);
}, 20_000);

test('are at their own listener only, and it has nothing else', async () => {
  expect((await fetch(`${world.issuer}/metrics`)).status).toBe(404);
  const statuses = await Promise.all(
    [
      fetch(`${origin}/`),
      fetch(`${origin}/health/live`),
      fetch(`${origin}/metrics`, { method: 'POST' }),
      fetch(`${origin}/metrics`, { method: 'HEAD' }),
    ].map(async (answer) => (await answer).status),
  );
  expect(statuses).toEqual([404, 404, 405, 200]);
});

test('the listener ends with the service', async () => {
  await world.restartAvain({ env: { AVAIN_METRICS_PORT: '' } });
  await expect(figures()).rejects.toThrow();
});

test('people of several sources are counted apart, with a rest between handfuls', async () => {
  const storage = await openTestStorage();
  const old = { password: { format: 'bcrypt', hash: 'x' }, passwordSetAt: null };
  for (const overrides of [
    { ...old, importedFrom: 'one' },
    { ...old, importedFrom: 'two' },
    { ...old, importedFrom: 'two', password: null },
    { importedFrom: 'two', passwordSetAt: 5 },
    { importedFrom: null },
  ]) {
    await storage.accounts.create(testAccount(overrides), {});
  }
  let rests = 0;
  const statuses = await countImports(storage, {
    between: async () => {
      rests += 1;
    },
  });
  expect([...statuses.keys()].sort()).toEqual(['one', 'two']);
  expect(statuses.get('one')).toMatchObject({ accounts: 1, dormant: 1, dormantFormats: { bcrypt: 1 } });
  expect(statuses.get('two')).toMatchObject({ accounts: 3, dormant: 1, withoutPassword: 1, changed: 1 });
  expect(rests).toBe(2);
});
