import type { Command } from 'commander';
import { type AsOutcome, tellOutcome, withOutcome } from './outcome.ts';

/** `avain admin …`: who may look after this installation (docs/operate.md). */
export function addAdminCommands(program: Command): void {
  const admin = program.command('admin').description('who may look after this installation');
  withOutcome(admin.command('create-owner'))
    .description('prints a link: whoever opens it and proves who they are becomes an owner; works once, for 24 h')
    .requiredOption('--by <name>', 'who asks for it')
    .option('--another', 'although there is an owner already')
    .action(({ by, another = false, ...as }: AsOutcome & { by: string; another?: boolean }) =>
      tellOutcome(as, 'admin.create-owner', [by, another ? 'another' : '']),
    );
}
