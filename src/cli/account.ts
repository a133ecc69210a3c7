import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';

type Words = { readonly by: string; readonly reason: string };
type Membership = { readonly role?: string; readonly group?: string };

/** `avain account …`: one account, by its address or id (docs/support.md). */
export function addAccountCommands(program: Command): void {
  const account = program.command('account').description('one account, by its address or id');
  account
    .command('show <account>')
    .description('how it stands and since when; nothing personal but the masked address')
    .option('--json', 'as one JSON object')
    .action((which: string, { json = false }: { json?: boolean }) =>
      runOperation('account.show', [which, json ? 'json' : '']),
    );
  const changing = (name: string, description: string) =>
    account
      .command(`${name} <account>`)
      .description(description)
      .requiredOption('--by <name>', 'who does it')
      .requiredOption('--reason <text>', 'why, without anything personal: best the number of the case');
  const run =
    (operation: string) =>
    (which: string, { by, reason }: Words) =>
      runOperation(operation, [which, by, reason]);
  const membership = (name: string, description: string) =>
    changing(name, description)
      .option('--role <name>', 'such as palkka:admin')
      .option('--group <name>', 'a group instead of a role')
      .action((which: string, { role = '', group = '', by, reason }: Words & Membership) =>
        runOperation(`account.${name}`, [which, role, group, by, reason]),
      );
  membership('grant', 'gives it a role or a group, of which clients are told that may see it (docs/claims.md)');
  membership('revoke', 'takes a role or a group from it');
  changing('bar', 'nobody signs in any more; sessions and tokens end at once').action(run('account.bar'));
  changing('unbar', 'its owner can sign in again').action(run('account.unbar'));
  changing('reset-factors', 'takes off its two-step verification, after you verified the person by other means').action(
    run('account.reset-factors'),
  );
  changing('erase', 'for good and at once, without the waiting time; its owner is told')
    .requiredOption('--irrevocably', 'you know that nothing brings it back')
    .action(run('account.erase'));
}
