/** `avain plan` and `avain apply`: the configuration in files beside what runs. */
import type { Command } from 'commander';
import type { Print } from '../control/operation.ts';
import { runOperation } from '../control/run-operation.ts';
import type { Difference } from '../plan/differences.ts';
import type { PlanEnd } from '../plan/operations.ts';

type Json = { readonly json?: true };

export function addPlanCommands(program: Command): void {
  const json = 'as JSON, one object a line';
  program
    .command('plan')
    .description(
      'where the configuration files differ from what runs, and how each comes into force; exit 2 if any does',
    )
    .option('--json', json)
    .action(({ json: asJson }: Json) =>
      runOperation('plan', [], asJson ? undefined : tell('Nothing to do', 'would be')),
    );
  program
    .command('apply')
    .description('bring the files into force as far as no restart is needed, all clients or none; exit 2 if one is')
    .option('--json', json)
    .action(({ json: asJson }: Json) =>
      runOperation('apply', [], asJson ? undefined : tell('Everything is in force', 'is')),
    );
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);

function tell(nothing: string, verb: string): Print {
  return (text) => {
    // A cast: what the operation prints, by the same version.
    const line = JSON.parse(text) as Difference | PlanEnd;
    if ('key' in line) return write(inWords(line));
    const since = `what runs was read at ${new Date(line.since).toISOString().slice(0, 16)}Z`;
    if (line.apply + line.restart === 0) return write(`${nothing}: ${since}.`);
    const parts = [
      ...(line.apply > 0 ? [`${line.apply} ${verb} in force after avain apply`] : []),
      ...(line.restart > 0 ? [`${line.restart} in force after a restart`] : []),
    ];
    write(`\n${parts.join(', ')}; ${since}.`);
  };
}

function inWords({ key, runs, files, takes }: Difference): string {
  const sign = runs === null ? '+' : files === null ? '-' : '~';
  const values = [runs, files].map((value) => value ?? 'nothing').join(' → ');
  return `${sign} ${key}: ${values}${takes === 'restart' ? '  (restart)' : ''}`;
}
