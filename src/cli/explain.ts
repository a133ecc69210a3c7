import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';

type Options = { readonly json?: boolean; readonly by?: string; readonly since?: string };

/** `avain explain`: why somebody cannot sign in (docs/support.md). */
export function addExplainCommand(program: Command): void {
  program
    .command('explain <reference|address|account>')
    .description('why somebody cannot sign in, and what happened; exit 1 if nothing is known of them')
    .option('--json', 'as one JSON object')
    .option('--by <name>', 'who asks: it is recorded')
    .option('--since <day>', 'what happened from that day on, as 2026-11-23')
    .action((which: string, { json = false, by = '', since = '' }: Options) =>
      runOperation('explain', [which, json ? 'json' : '', by, since]),
    );
}
