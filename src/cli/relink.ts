import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';

type By = { readonly by: string };

/** `avain relink …`: support unlinks an identity with four eyes (docs/support.md). */
export function addRelinkCommands(program: Command): void {
  const relink = program.command('relink').description('unlink an identity: asked by one person, confirmed by another');
  relink
    .command('ask <account>')
    .description('an account by its address or id; changes nothing yet')
    .requiredOption('--by <name>', 'who asks')
    .requiredOption('--reason <text>', 'why, without anything personal: best the number of the case')
    .action((account: string, { by, reason }: By & { reason: string }) =>
      runOperation('relink.ask', [account, by, reason]),
    );
  relink
    .command('confirm <id>')
    .description('what was asked, within seven days; the next sign-in links anew')
    .requiredOption('--by <name>', 'who confirms: not the one who asked')
    .action((id: string, { by }: By) => runOperation('relink.confirm', [id, by]));
  relink
    .command('list')
    .description('what waits for a second person')
    .action(() => runOperation('relink.list', []));
}
