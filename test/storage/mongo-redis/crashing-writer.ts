/**
 * Does one change and ends itself just after the n-th of its writes: `kill` (SIGKILL, no word to anybody) or `stop`
 * (SIGSTOP: stalled until somebody sends SIGCONT). What it has to say it says on stdout, a word on each line: `ready`,
 * the outcome once the change is acknowledged, `whole` when it has closed its store.
 */
import { writeSync } from 'node:fs';
import mongoose from 'mongoose';
import { openMongo } from '../../../src/storage/mongo-redis/mongo.ts';
import { createWaits } from '../../../src/storage/mongo-redis/waits.ts';
import { mongoOptions } from './mongo-options.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const [, , url = '', database = '', scenario = '', mode = '', nth = ''] = process.argv;
const writes = ['insert', 'update', 'delete', 'findAndModify'];

const clock = { now: Date.now };
const options = mongoOptions(`${url}?monitorCommands=true`, { database, clock, waits: createWaits(60_000) });
const store = await openMongo(options);
// The newest connection of this process is the store's; its client tells of every command.
const client = mongoose.connections.at(-1)?.getClient();
let done = 0;
client?.on('commandSucceeded', ({ commandName }) => {
  if (!writes.includes(commandName)) return;
  done += 1;
  if (done === Number(nth)) process.kill(process.pid, mode === 'kill' ? 'SIGKILL' : 'SIGSTOP');
});
writeSync(1, 'ready\n');
// A cast: the parent names one of them.
writeSync(1, `${await scenarios[scenario as Scenario].change(store)}\n`);
await store.close();
writeSync(1, 'whole\n');
