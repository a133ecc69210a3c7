import { afterAll, beforeAll } from '@jest/globals';
import { describeWithStores } from '../../support/describe-with-stores.ts';
import { type StoreServer, startMongo } from '../../support/store-servers.ts';
import { accountRaces } from '../contract/account-races.ts';
import { accountsContract } from '../contract/accounts.ts';
import { durableRowsContract } from '../contract/durable-rows.ts';
import { outboxContract } from '../contract/outbox.ts';
import { openDurableHalf } from './mongo-stores.ts';

describeWithStores('the durable half of the storage contract, on MongoDB', () => {
  let server: StoreServer;
  beforeAll(async () => {
    server = await startMongo();
  });
  afterAll(() => server.stop());

  const open = () => openDurableHalf(server.url);
  accountsContract(open);
  accountRaces(open);
  outboxContract(open);
  durableRowsContract(open);
});
