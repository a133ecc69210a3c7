/** What a client that nobody vouches for may say of itself, beyond what the library checks. */
import { expect, test } from '@jest/globals';
import type { Fault } from '../../src/config/faults.ts';
import { readRegisteredClient } from '../../src/config/registered-client.ts';
import type { Config } from '../../src/config/schema.ts';
import { Secret } from '../../src/config/secret.ts';
import { parseYaml } from '../../src/config/yaml-file.ts';

const inside = 'https://inside.example';

function read(said: object, profile: Config['profile'] = 'production') {
  const faults: Fault[] = [];
  const metadata = { client_name: 'Kirjasto', redirect_uris: ['https://library.example/cb'], ...said };
  const source = parseYaml(JSON.stringify(metadata), 'r-1', faults);
  if (!source) throw new Error('no YAML');
  const config = {
    profile,
    registration: { enabled: true, management: true, most: 100, initialAccessTokenFile: null, scopes: ['email'] },
    outgoing: { allow: [inside] },
  } as const;
  // A cast: nothing else of the configuration is read.
  const client = readRegisteredClient(
    source,
    config as never,
    { id: 'r-1', dir: '/', secret: new Secret('x'.repeat(43)) },
    faults,
  );
  expect(client === null).toBe(faults.length > 0);
  return { client, faults: faults.map(({ key }) => key) };
}

const faultsIn = (...said: Parameters<typeof read>) => read(...said).faults;

test('one host, which people are shown, and nothing to be called inside', () => {
  expect(faultsIn({})).toEqual([]);
  const two = { redirect_uris: ['https://bank.example/x', 'https://evil.example/cb'] };
  expect(faultsIn(two)).toEqual(['redirect_uris']);
  for (const key of ['jwks_uri', 'sector_identifier_uri', 'backchannel_logout_uri']) {
    expect(faultsIn({ [key]: `${inside}/any/path` })).toEqual([key]);
    expect(faultsIn({ [key]: 'https://library.example/x' })).toEqual([]);
  }
});

test('our pages lead back to its own host only, wherever it says that sign-ins begin', () => {
  const ways = (said: object) => {
    const { startUrl, initiateLoginUri } = read(said).client?.file ?? {};
    return [startUrl, initiateLoginUri];
  };
  const own = { client_uri: 'https://library.example/home', initiate_login_uri: 'https://library.example/begin' };
  expect(ways(own)).toEqual([own.client_uri, own.initiate_login_uri]);
  const foreign = { client_uri: 'https://bank.example/', initiate_login_uri: 'https://bank.example/begin' };
  expect(ways(foreign)).toEqual(['https://library.example/', null]);
});

test('a name that is no address and has no host in brackets', () => {
  for (const name of ['Oima (oima.fi)', 'Kela: https://evil.example', 'tuki@oima.fi', 'a/b'])
    expect(faultsIn({ client_name: name })).toEqual(['client_name']);
});

test('the suite may do it all, as nobody signs in there', () => {
  const said = { redirect_uris: ['https://a.example/x', 'https://b.example/cb'], jwks_uri: `${inside}/jwks` };
  expect(faultsIn(said, 'conformance')).toEqual([]);
});
