#!/usr/bin/env node
// `npm test`: Jest on the Node that runs this, with what ESM inside Jest needs. Arguments go to Jest as they are.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { requireNode } from './require-node.mjs';

requireNode();

// What needs MongoDB and Redis also measures how long things take, and wants the machine for itself: it runs by
// `npm run test:stores` and `npm run test:faults`, or when it is asked for by its name.
const ofStores = ['/test/faults/stores/', '/test/storage/(mongo-redis|four-processes)'];
const wanted = process.argv.slice(2);
const isAsked =
  Boolean(process.env['AVAIN_STORES']) || wanted.some((word) => /mongo-redis|four-processes|faults\/stores/.test(word));
if (!isAsked) {
  process.stderr.write(
    'LEFT OUT: the suites of MongoDB and Redis. Run them by `npm run test:stores` and `npm run test:faults`.\n\n',
  );
}
// Other people's programs come from the registry and from Debian: `npm run test:clients` installs the former, and asks here.
const clientsAreAsked = wanted.some((word) => word.includes('test/clients'));
if (!clientsAreAsked) process.stderr.write("LEFT OUT: other people's clients. Run them by `npm run test:clients`.\n\n");
// Behind the words of the caller: an option that takes a list takes every word that follows it.
const leftOut = [...(isAsked ? [] : ofStores), ...(clientsAreAsked ? [] : ['/test/clients/'])].map(
  (pattern) => `--testPathIgnorePatterns=${pattern}`,
);

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
// The programs that tests start by the hundred read their sources once (Node keeps them compiled): half of each start.
const cache = fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url));
const env = { NODE_COMPILE_CACHE: cache, ...process.env };
const child = spawn(process.execPath, [...flags, jest, ...wanted, ...leftOut], { cwd: root, env, stdio: 'inherit' });

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', (error) => {
  process.stderr.write(`Jest did not start: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
