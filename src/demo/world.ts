// The supervisor of the demo world (`npm start`) and its reset (`npm run demo:reset`). It starts Avain and the programs
// around it as separate processes, seeds a new data folder, and imports nothing of Avain but what the seeding does.
// Promises: nothing starts when a port is taken; the last line it prints when all is ready is the start page's address;
// a signal stops everything in order and exits 0; a program that dies takes the world down with it, named, exit 1.
import { type DemoConfig, demoConfig } from './demo-config.ts';
import { assertPortFree } from './loopback.ts';
import { takeLock } from './world/lock.ts';
import { stagesOf } from './world/programs.ts';
import { resetWorld } from './world/reset.ts';
import { createRunningPrograms, type RunningPrograms } from './world/running.ts';

// A second signal within this time is the same Ctrl-C.
const repeatMs = 2_000;

try {
  const config = demoConfig(process.env);
  if (process.argv.includes('--reset')) {
    await resetWorld(config);
    console.log(`The demo world was reset: ${config.dataDir} is empty and the next start fills it.`);
  } else await runWorld(config);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (process.env.AVAIN_DEMO_VERBOSE === '1') console.error(error);
  process.exitCode = 1;
}
// Idle connections of the readiness checks must not delay the end.
process.exit();

async function runWorld(config: DemoConfig): Promise<void> {
  if (config.env.AVAIN_PORT) {
    throw new Error('AVAIN_PORT moves Avain alone; in the demo world use PORT_OFFSET or AVAIN_MOVED_PORTS=3000:PORT');
  }
  const release = takeLock(config.dataDir);
  const running = createRunningPrograms(config);
  let failure: string | undefined;
  try {
    const signalled = signalIn(running);
    const started = startAll(config, running).then(() => running.failure);
    failure = await Promise.race([signalled, running.failure, started]);
  } finally {
    await running.stop();
    release();
  }
  if (failure !== undefined) throw new Error(`${failure}. The demo world has stopped.`);
}

async function startAll(config: DemoConfig, running: RunningPrograms): Promise<void> {
  const { addresses, dataDir, env } = config;
  for (const address of Object.values(addresses)) await assertPortFree(address);
  const { seedWorld } = await import('./seed.ts');
  await seedWorld({ dataDir, env });
  for (const stage of stagesOf(addresses)) await running.start(stage);
  announce(config);
}

function announce({ addresses, dataDir }: DemoConfig): void {
  const { startPage, smtp, ...others } = addresses;
  const rows = [...Object.values(others), { ...smtp, origin: `localhost:${smtp.port}` }, startPage];
  const width = Math.max(...rows.map(({ name }) => name.length));
  console.log(`The demo world is ready; its data lies in ${dataDir}. Ctrl-C stops it.\n`);
  for (const { name, origin } of rows) console.log(`  ${name.padEnd(width)}  ${origin}`);
  console.log(`\nBegin here:\n${startPage.origin}/`);
}

/**
 * Resolves at the first signal. One repeated within two seconds is ignored, since npm passes Ctrl-C on to us besides
 * the terminal; a later one ends everything at once with exit 1.
 */
function signalIn(running: RunningPrograms): Promise<undefined> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const onSignal = () => {
      firstAt ??= performance.now();
      resolve(undefined);
      if (performance.now() - firstAt <= repeatMs) return;
      running.kill();
      process.exit(1);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
