import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';

/** `avain admin …`: who may look after this installation (docs/operators.md). */
export function addAdminCommands(program: Command): void {
  program
    .command('admin')
    .description('who may look after this installation')
    .command('create-owner')
    .description('prints a link: whoever opens it and proves who they are becomes an owner; works once, for 24 h')
    .requiredOption('--by <name>', 'who asks for it')
    .option('--another', 'although there is an owner already')
    .action(({ by, another = false }: { by: string; another?: boolean }) =>
      runOperation('admin.create-owner', [by, another ? 'another' : '']),
    );
}
