/**
 * `npm run bench -- identification`: CPU of one strong identification in Avain's process, against the simulated broker
 * in a process of its own over real HTTP: request built and signed, code redeemed with a signed assertion, ID token
 * decrypted, verified and judged. The person's pages at the broker and the linking are left out. `-- --count=n` for more.
 */
import { parseArgs } from 'node:util';
import { walkBroker } from '../support/broker-walk.ts';
import { freePort } from '../support/free-ports.ts';
import { type BrokerWorld, begin, openBrokerWorld } from '../upstream/broker-world.ts';
import { median } from './median.ts';

type Cost = Readonly<{ startMs: number; finishMs: number }>;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100' } },
  allowPositionals: true,
});
const warmUps = 30;

const world = await openBrokerWorld({ avain: await freePort(), broker: await freePort() });
try {
  console.log(JSON.stringify(await measure(world, Number(values.count))));
} finally {
  await world.close();
}

async function measure({ connector }: BrokerWorld, count: number) {
  const broker = await connector();
  const identify = async (): Promise<Cost> => {
    const [startMs, { url, exchange }] = await cpuOf(() => begin(broker, { loginHint: 'uusi' }));
    const callbackUrl = await walkBroker(url);
    const [finishMs, outcome] = await cpuOf(() => broker.finish({ callbackUrl, exchange }));
    if (outcome.outcome !== 'identified') throw new Error(`ended in ${JSON.stringify(outcome)}`);
    return { startMs, finishMs };
  };
  for (let time = 0; time < warmUps; time += 1) await identify();
  const costs: Cost[] = [];
  for (let time = 0; time < count; time += 1) costs.push(await identify());
  const rounded = (of: (cost: Cost) => number) => Number(median(costs.map(of)).toPrecision(3));
  return {
    cpuMsPerIdentification: rounded(({ startMs, finishMs }) => startMs + finishMs),
    ofWhichRequestMs: rounded(({ startMs }) => startMs),
    ofWhichAnswerMs: rounded(({ finishMs }) => finishMs),
    identifications: count,
  };
}

/** All threads of this process, in milliseconds: WebCrypto signs and decrypts in the pool. */
async function cpuOf<T>(work: () => Promise<T>): Promise<[ms: number, result: T]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1000, result];
}
