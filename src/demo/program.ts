import type { Running } from './loopback.ts';

/**
 * Runs one demo program until SIGTERM, SIGINT or the end of the world that started it; exits 0 after an orderly end,
 * 1 with one readable line when it cannot start. A signal repeated within two seconds (npm passes Ctrl-C on) is
 * ignored.
 */
export async function runProgram(name: string, start: () => Promise<Running>): Promise<void> {
  try {
    const running = await start();
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onceOnly(running));
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}

const repeatMs = 2_000;

function onceOnly(running: Running): () => void {
  let askedAt: number | undefined;
  return () => {
    if (askedAt === undefined) {
      askedAt = Date.now();
      running.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    } else if (Date.now() - askedAt > repeatMs) process.exit(1);
  };
}
