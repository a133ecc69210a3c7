import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';
import { type AsOutcome, tellOutcome, withOutcome } from './outcome.ts';

type By = AsOutcome & { readonly by: string };

/** `avain relink …`: support unlinks an identity with four eyes (docs/support.md). */
export function addRelinkCommands(program: Command): void {
  const relink = program.command('relink').description('unlink an identity: asked by one person, confirmed by another');
  withOutcome(relink.command('ask <account>'))
    .description('an account by its address or id; changes nothing yet')
    .requiredOption('--by <name>', 'who asks')
    .requiredOption('--reason <text>', 'why, without anything personal: best the number of the case')
    .action((account: string, { by, reason, ...as }: By & { reason: string }) =>
      tellOutcome(as, 'relink.ask', [account, by, reason]),
    );
  withOutcome(relink.command('confirm <id>'))
    .description('what was asked, within seven days; the next sign-in links anew')
    .requiredOption('--by <name>', 'who confirms: not the one who asked')
    .action((id: string, { by, ...as }: By) => tellOutcome(as, 'relink.confirm', [id, by]));
  relink
    .command('list')
    .description('what waits for a second person')
    .option('--json', 'as JSON, one object a line')
    .action(({ json = false }: AsOutcome) => runOperation('relink.list', [json ? 'json' : '']));
}
