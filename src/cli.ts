/** The `avain` command: one file per subcommand under cli/ as they come; `serve` is the service itself. */
import { Command } from 'commander';
import { checkConfiguration } from './cli/check.ts';
import { serve } from './main.ts';

export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('avain').description('Avain, an OpenID Connect identity provider').version('0.1.0');
  program.command('serve').description('start the service and stay until a signal').action(serve);
  program
    .command('check')
    .description('check the configuration and say what is wrong, file, line and key; exit 1 if anything is')
    .action(checkConfiguration);
  await program.parseAsync([...argv]);
}
