import type { Command } from 'commander';
import { askOperation, runOperation } from '../control/run-operation.ts';

export type AsOutcome = { readonly json?: boolean };

/** For a command that does one thing and says so in words: a program gets the words with how it ended. */
export function withOutcome(command: Command): Command {
  return command.option('--json', 'how it ended and what it says, as one JSON object');
}

/** Runs an operation, told to people, or to a program as `{done, told, refusal}`. Sets the exit code. */
export async function tellOutcome(
  { json = false }: AsOutcome,
  operation: string,
  args: readonly string[],
): Promise<void> {
  if (!json) return runOperation(operation, args);
  const told: string[] = [];
  const { exit, refusal } = await askOperation(operation, args, (line) => told.push(line));
  process.stdout.write(`${JSON.stringify({ done: exit === 0, told, refusal })}\n`);
  process.exitCode = exit;
}
