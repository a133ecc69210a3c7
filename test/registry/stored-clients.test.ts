/** What a client in the store may be: whoever puts one there by the API, or writes into the store, is not its operator. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkStoredClient } from '../../src/clients/stored-clients.ts';
import type { LoadedConfig } from '../../src/config/schema.ts';
import type { ClientId } from '../../src/ids.ts';
import { createKeyring } from '../../src/secrets/sealing.ts';
import { developmentScratch, type Scratch } from '../config/scratch.ts';
import { testKeys } from '../support/keyring.ts';

let scratch: Scratch;
let loaded: LoadedConfig;
beforeAll(async () => {
  scratch = await developmentScratch();
  loaded = await scratch.load();
});
afterAll(() => scratch?.remove());

const text =
  'name: Uusi\nparty: first\ntype: public\nredirectUris: [https://uusi.example/cb]\nstartUrl: https://uusi.example/\n';

async function faultsOf(id: string): Promise<readonly string[]> {
  const deps = { config: loaded, clientFolders: loaded.clientFolders, keyring: createKeyring(testKeys(7)) };
  const { set, faults } = await checkStoredClient(deps, { id: id as ClientId, text }, 'skip');
  expect(set === null).toBe(faults.length > 0);
  return faults.map(({ found }) => found);
}

test('none takes the place of the clients that Avain’s own pages are, whose demands it could lower', async () => {
  expect(await faultsOf('uusi')).toEqual([]);
  for (const id of ['avain-admin', 'avain-staff', 'avain-account', 'avain-new'])
    expect(await faultsOf(id)).toEqual([`client_id ${id}`]);
});
