/**
 * The promises of src/storage/ports.ts, as one suite that every back end passes. A back end's test file calls
 * storageContract with a function that opens a fresh, empty store.
 */
import { describe } from '@jest/globals';
import type { Storage } from '../../src/storage/ports.ts';
import type { TestClock } from '../support/storage.ts';
import { absorbContract } from './contract/absorb.ts';
import { absorbRaces } from './contract/absorb-races.ts';
import { accountRaces } from './contract/account-races.ts';
import { accountsContract } from './contract/accounts.ts';
import { artifactsContract } from './contract/artifacts.ts';
import { auditChainsContract } from './contract/audit-chains.ts';
import { clientsContract } from './contract/clients.ts';
import { durableRowsContract } from './contract/durable-rows.ts';
import { eraseContract } from './contract/erase.ts';
import { evidenceContract } from './contract/evidence.ts';
import { expiringRowsContract } from './contract/expiring-rows.ts';
import { identityKeysContract } from './contract/identity-keys.ts';
import { keptContract } from './contract/kept.ts';
import { limitsContract } from './contract/limits.ts';
import { logoutsContract } from './contract/logouts.ts';
import { outboxContract } from './contract/outbox.ts';
import { rostersContract } from './contract/rosters.ts';
import { scanContract } from './contract/scan.ts';
import { statisticsContract } from './contract/statistics.ts';
import { wholeStoreContract } from './contract/whole-store.ts';

export type OpenedStorage = {
  readonly storage: Storage;
  readonly clock: TestClock;
  /** Closes the store and opens the same data again; absent where nothing outlives a close. */
  readonly reopen?: () => Promise<Storage>;
  readonly close: () => Promise<void>;
};

export type OpenStorage = () => Promise<OpenedStorage>;

export function storageContract(name: string, open: OpenStorage): void {
  describe(`the storage contract: ${name}`, () => {
    accountsContract(open);
    accountRaces(open);
    identityKeysContract(open);
    absorbContract(open);
    absorbRaces(open);
    scanContract(open);
    evidenceContract(open);
    eraseContract(open);
    keptContract(open);
    auditChainsContract(open);
    statisticsContract(open);
    outboxContract(open);
    logoutsContract(open);
    rostersContract(open);
    clientsContract(open);
    durableRowsContract(open);
    expiringRowsContract(open);
    limitsContract(open);
    artifactsContract(open);
    wholeStoreContract(open);
  });
}

/** Runs a test body on a fresh store and closes it whatever happens. */
export async function withStorage(open: OpenStorage, body: (opened: OpenedStorage) => Promise<void>): Promise<void> {
  const opened = await open();
  try {
    await body(opened);
  } finally {
    await opened.close();
  }
}

/** How many parallel attempts a race in the contract has. */
export const racers = Array.from({ length: 20 }, (_, index) => index);
