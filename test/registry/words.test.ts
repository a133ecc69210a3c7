/** What is told of clients: the fix for a fault, where file and store differ, and the live set itself. */
import { expect, test } from '@jest/globals';
import { driftOf } from '../../src/clients/drift.ts';
import { fixOf } from '../../src/clients/fix.ts';
import { liveClients } from '../../src/clients/registry.ts';
import { clientFileSchema } from '../../src/config/client-schema.ts';
import { isAppUri } from '../../src/config/redirect-uri.ts';
import type { Client } from '../../src/config/schema.ts';

const fault = (key: string, found: string, expected = 'something') => ({
  file: 'config/clients/a.yaml',
  line: 3,
  key,
  found,
  expected,
});

test.each([
  [fault('redirect_uris', 'an unknown key'), 'write redirectUris instead of redirect_uris'],
  [fault('zzzzz', 'an unknown key'), 'remove zzzzz: the docs name every key there is'],
  [
    fault('redirectUris.0', '"https://*.example.fi/"'),
    'write each address in full, one a line: no pattern is ever matched',
  ],
  [fault('redirectUris.0', '"https://a.example.fi/#x"'), 'leave out "#" and what is behind it'],
  [fault('startUrl', '"http://a.example.fi/"'), 'write https: instead of http:, which is for localhost alone'],
  [fault('startUrl', 'nothing', 'an address'), 'add startUrl: an address'],
  [fault('type', '"secret"', 'one of confidential, public'), 'change type to one of confidential, public'],
  [fault('jwks', 'a group of keys', 'nothing: a public client has no keys'), 'remove jwks'],
])('%j is mended by what is told', (wrong, fix) => expect(fixOf(wrong)).toBe(fix));

test.each([
  ['com.example.app:/callback', true],
  ['com.example.app://host/callback', true],
  ['example:/callback', false],
  ['javascript:/alert', false],
  ['com.example.app:/a#b', false],
  ['com.example.app://user@host/', false],
  ['com.example.app:/*', false],
  ['com.example.app:/a b', false],
  ['https://example.fi/callback', false],
])('%s is the address of an app: %j', (uri, is) => expect(isAppUri(uri)).toBe(is));

test('a file and the store differ where they mean another thing, not where one leaves out a default', () => {
  const [file, same] = [{ name: 'A', party: 'first', type: 'public' }, { offlineAccess: false }];
  const parsed = (more: object) => ({ id: 'a', file: clientFileSchema.parse({ ...file, ...more }) });
  expect(driftOf(parsed({}), parsed(same)).keys).toEqual([]);
  expect(driftOf(parsed({}), parsed({ name: 'B', assurance: { freshMinutes: 5 } })).keys).toEqual([
    { key: 'name', file: 'A', storage: 'B' },
    { key: 'assurance.freshMinutes', file: 30, storage: 5 },
  ]);
});

test('who walks over the set sees it whole, though another one has taken its place meanwhile', () => {
  // Casts: of a client only its id.
  const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id }) as Client) as [Client, Client, Client];
  const live = liveClients([a, b]);
  const seen: unknown[] = [];
  live.forEach((client, id, map) => {
    live.replaceAll([c]);
    seen.push(client, id, map === live);
  });
  expect(seen).toEqual([a, 'a', true, b, 'b', true]);
  expect([[...live], live.size, live.has('a')]).toEqual([[['c', c]], 1, false]);
  live.add(a);
  expect([...live.keys()]).toEqual(['c', 'a']);
});
