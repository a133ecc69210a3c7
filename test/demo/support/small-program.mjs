// A program that the supervisor can start: `small-program.mjs NAME PORT LOG`; notes in the log that it ended in order.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [name = '', port = '', log = ''] = process.argv.slice(2);
appendFileSync(log, `start ${name}\n`);
if (name === 'broken') process.exit(3);
createServer().listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => {
  appendFileSync(log, `stop ${name}\n`);
  process.exit(0);
});
