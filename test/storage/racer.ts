/**
 * One of several processes that race for the same things: opens the stores that its argument names, and does what its
 * parent says. Says `ready` when the stores are open.
 */
import { codeOf } from '../../src/errors.ts';
import { openStores, type StoreAddresses } from '../support/open-stores.ts';
import { type Race, type RaceName, races } from './races.ts';

export type Order =
  | { readonly order: 'prepare'; readonly race: RaceName; readonly things: readonly string[] }
  | { readonly order: 'race'; readonly race: RaceName; readonly things: readonly string[]; readonly times: number };

/** What was won, a name each time; what was thrown, in words. */
export type Report = { readonly won: readonly string[]; readonly thrown: readonly string[] };

const [, , argument = ''] = process.argv;
const storage = await openStores(JSON.parse(argument) as StoreAddresses);

/** Everything at once: the things side by side, and each of them `times` times. */
async function obey(order: Order): Promise<Report> {
  const race: Race = races[order.race];
  const attempts = order.things.flatMap((thing) =>
    order.order === 'prepare'
      ? [prepared(race, thing)]
      : Array.from({ length: order.times }, (_, index) => attempted(race, thing, index)),
  );
  const outcomes = await Promise.allSettled(attempts);
  return {
    won: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : [])),
    thrown: outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [codeOf(outcome.reason)] : [])),
  };
}

async function prepared({ prepare }: Race, thing: string): Promise<readonly string[]> {
  await prepare?.(storage, thing);
  return [];
}

async function attempted({ attempt }: Race, thing: string, index: number): Promise<readonly string[]> {
  const won = await attempt(storage, thing, `${process.pid}-${index}`);
  if (typeof won !== 'boolean') return won;
  return won ? [thing] : [];
}

process.on('message', (order: Order) => void obey(order).then((report) => process.send?.(report)));
process.on('disconnect', () => void storage.close().then(() => process.exit(0)));
process.send?.('ready');
