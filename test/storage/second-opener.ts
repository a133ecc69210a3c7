/** Opens the data directory named by its argument, says so or says why not, and holds it until it is killed. */
import { openSqliteStorage } from '../../src/storage/sqlite/open.ts';

const [, , directory = ''] = process.argv;

try {
  await openSqliteStorage({ directory, clock: { now: Date.now } });
  console.log('opened');
  setInterval(() => {}, 1_000);
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
