import type { DemoConfig } from '../demo-config.ts';
import { type Child, startChild } from './child.ts';
import type { Stage } from './programs.ts';
import { untilReady } from './ready.ts';

/** All programs of the world that run at the moment. */
export type RunningPrograms = Readonly<{
  /** Starts the stage's programs and resolves when all are ready. Rejects when one ends before, or when stopping. */
  start(stage: Stage): Promise<void>;
  /** Resolves with what to tell when a program ends that nobody stopped. */
  failure: Promise<string>;
  /** Stops all in the opposite order of their start; the same promise however often it is asked. */
  stop(): Promise<void>;
  /** Ends all at once, without their consent. */
  kill(): void;
}>;

/** Starts with nothing running. */
export function createRunningPrograms({ env, dataDir, verbose }: DemoConfig): RunningPrograms {
  const stages: Child[][] = [];
  const childEnv = { ...env, AVAIN_DATA_DIR: dataDir };
  let stopping: Promise<void> | undefined;
  const { promise: failure, resolve: fail } = Promise.withResolvers<string>();

  const stopAll = async (): Promise<void> => {
    for (const stage of stages.toReversed()) await Promise.all(stage.map((child) => child.stop()));
  };
  return {
    failure,
    async start(stage) {
      if (stopping !== undefined) throw new Error('The demo world is stopping');
      const started = stage.map((each) => ({ ...each, child: startChild(each.program, childEnv, verbose) }));
      stages.push(started.map(({ child }) => child));
      for (const { child, program } of started) {
        child.ended.then((how) => stopping === undefined && fail(`${program.name} ${how}`));
      }
      await Promise.all(started.map(({ child, isReady }) => untilReady(child, isReady)));
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
    kill() {
      for (const child of stages.flat()) child.kill();
    },
  };
}
