/**
 * Operator commands that need the store. With the embedded store one process holds it, so such a command is sent to the
 * service that runs: over `control.sock` in the data folder, which only its own user may open. Where none runs, and with
 * MongoDB and Redis, the command opens the store itself.
 *
 * operations.ts: what can be asked. server.ts and client.ts: the two ends of the socket, speaking message.ts.
 * run-operation.ts: what the command line calls. Imported by main.ts and cli/; operations import what they work on.
 *
 * Promises: nothing that arrives is evaluated, it only names an operation of our table; one request per connection, of
 * bounded size; arguments are never logged; an operation cut off by a stop may be asked again, so each must be such.
 */
import { join } from 'node:path';
import { CannotStart } from '../cannot-start.ts';
import { ConfigError } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Interactions } from '../journey/interactions.ts';

/** Where the service listens for commands, and commands look for it; null where nobody needs to (mongo-redis, tests in memory). */
export function controlPath({ dataDir, storage }: Pick<Config, 'dataDir' | 'storage'>): string | null {
  return storage.kind === 'sqlite' && !storage.memory ? join(dataDir, 'control.sock') : null;
}

/** What a command prints, line by line, as it goes. */
export type Print = (line: string) => void;

/** As an operation has it: one that prints more than fits in memory waits now and then until its reader has caught up. */
export type PacedPrint = Print & { readonly caughtUp: () => Promise<void> };

/** What an operation works with, in the service and where a command does it by itself. */
export type OperationDeps = Deps & Pick<Interactions, 'endSessionsOf'>;

/** Resolves to the exit code. Throws OperationRefused for what the operator can act on; any other throw is ours. */
export type Operation = (deps: OperationDeps, args: readonly string[], print: PacedPrint) => Promise<number>;

export type Operations = Readonly<Record<string, Operation>>;

/** Its message is printed to the operator as it is: it says what to do, and repeats no argument (one may be personal). */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';
}

/** The message of an error that is made for the operator; null of one that is ours. */
export function forOperator(error: unknown): string | null {
  const kinds = [OperationRefused, CannotStart, ConfigError];
  return error instanceof Error && kinds.some((kind) => error instanceof kind) ? error.message : null;
}

export type OperationEnd = { readonly exit: number; readonly refusal: string | null };

/** Runs one operation of the table to its end; never throws. What went wrong on our side is told to the log only. */
export async function perform(
  operations: Operations,
  deps: OperationDeps,
  request: { readonly operation: string; readonly args: readonly string[] },
  print: Print,
  caughtUp: PacedPrint['caughtUp'] = async () => undefined,
): Promise<OperationEnd> {
  // Own keys only: `constructor` is no operation.
  const operation = Object.hasOwn(operations, request.operation) ? operations[request.operation] : undefined;
  if (!operation) return refused('This Avain knows no such operation; is the command of the same version?');
  try {
    const paced = Object.assign((line: string) => print(line), { caughtUp });
    return { exit: await operation(deps, request.args, paced), refusal: null };
  } catch (err) {
    const told = forOperator(err);
    if (told !== null) return refused(told);
    deps.log.error({ err, operation: request.operation }, 'operation failed');
    return refused('It failed; the log says why. What was done is done: the same command goes on from there.');
  }
}

const refused = (refusal: string): OperationEnd => ({ exit: 1, refusal });
