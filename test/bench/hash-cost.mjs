// What one verification of the hash costs, in a process set up as the servers are. Argument: the hash. Each message on
// its channel is a number of verifications, as many at once as cores; the answer is processor milliseconds for one.
import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/argon2';

const [, , hash = ''] = process.argv;

process.on('message', async (/** @type {{ count: number, password: string }} */ { count, password }) => {
  const before = process.cpuUsage();
  let left = count;
  const one = async () => {
    while (left-- > 0) if (!(await verify(hash, password))) throw new Error('the hash of the bench does not verify');
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  const { user, system } = process.cpuUsage(before);
  process.send?.((user + system) / 1_000 / count);
});
process.on('disconnect', () => process.exit(0));
