import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';
import { type AsOutcome, tellOutcome, withOutcome } from './outcome.ts';

type Words = AsOutcome & { readonly by: string; readonly reason: string };
type Membership = { readonly role?: string; readonly group?: string };

/** What takes nothing but who and why. */
const orders = [
  ['bar', 'nobody signs in any more; sessions and tokens end at once'],
  ['unbar', 'its owner can sign in again'],
  ['end-sessions', 'signs everybody out of it'],
  ['order-password', 'the next sign-in asks for a new password, which its owner chooses'],
  ['resend', 'the activation mail once more, to an address that waits for it'],
  ['reset-factors', 'takes off its two-step verification, after you verified the person by other means'],
] as const;

/** `avain account …`: one account, by its address or id (docs/support.md). */
export function addAccountCommands(program: Command): void {
  const account = program.command('account').alias('user').description('one account, by its address or id');
  account
    .command('show <account>')
    .description('how it stands and since when; nothing personal but the masked address')
    .option('--json', 'as one JSON object')
    .action((which: string, { json = false }: { json?: boolean }) =>
      runOperation('account.show', [which, json ? 'json' : '']),
    );
  const changing = (name: string, description: string) =>
    withOutcome(account.command(`${name} <account>`))
      .description(description)
      .requiredOption('--by <name>', 'who does it')
      .requiredOption('--reason <text>', 'why, without anything personal: best the number of the case');
  const run =
    (operation: string) =>
    (which: string, { by, reason, ...as }: Words) =>
      tellOutcome(as, operation, [which, by, reason]);
  const membership = (name: string, description: string) =>
    changing(name, description)
      .option('--role <name>', 'such as palkka:admin')
      .option('--group <name>', 'a group instead of a role')
      .action((which: string, { role = '', group = '', by, reason, ...as }: Words & Membership) =>
        tellOutcome(as, `account.${name}`, [which, role, group, by, reason]),
      );
  membership('grant', 'gives it a role or a group, of which clients are told that may see it (docs/claims.md)');
  membership('revoke', 'takes a role or a group from it');
  for (const [name, description] of orders) changing(name, description).action(run(`account.${name}`));
  changing('erase', 'for good and at once, without the waiting time; its owner is told')
    .requiredOption('--irrevocably', 'you know that nothing brings it back')
    .action(run('account.erase'));
}
