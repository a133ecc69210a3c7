/** The `avain` command: one file per subcommand under cli/ as they come; `serve` is the service itself. */
import { Command, Help, Option } from 'commander';
import { addAccountCommands } from './cli/account.ts';
import { addAdminCommands } from './cli/admin.ts';
import { addAuditCommands } from './cli/audit.ts';
import { addBackupCommands } from './cli/backup.ts';
import { addBrandCommands } from './cli/brand.ts';
import { addBrokerCommands } from './cli/broker.ts';
import { addCheckCommand } from './cli/check.ts';
import { addClientCommands } from './cli/client.ts';
import { addCompletionCommand } from './cli/completion.ts';
import { addConformanceCommands } from './cli/conformance.ts';
import { addExplainCommand } from './cli/explain.ts';
import { addImportCommands } from './cli/import.ts';
import { addKeyCommands } from './cli/keys.ts';
import { addMigrateCommand } from './cli/migrate.ts';
import { addPlanCommands } from './cli/plan.ts';
import { addPolicyCommands } from './cli/policy-simulate.ts';
import { addRelinkCommands } from './cli/relink.ts';
import { addRetentionCommand } from './cli/retention.ts';
import { addRosterCommands } from './cli/roster.ts';
import { copyBetween } from './cli/storage-copy.ts';
import { addTermsCommands } from './cli/terms.ts';
import { addWebhookCommands } from './cli/webhooks.ts';

export async function runCommandLine(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', endWithReader);
  await avainProgram().parseAsync([...argv]);
}

/** Every command, none of them run. */
export function avainProgram(): Command {
  const plain = new Help();
  const program = new Command('avain')
    .description('Avain, an OpenID Connect identity provider')
    .version('0.1.0')
    .showHelpAfterError('What is expected: the same with --help')
    .configureHelp({
      optionDescription: (option) => `${plain.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`,
    });
  program
    .command('serve')
    .description('start the service and stay until a signal')
    .action(async () => (await import('./main.ts')).serve());
  addCheckCommand(program);
  addStorageCommand(program);
  addBrokerCommands(program);
  addConformanceCommands(program);
  addBrandCommands(program);
  addClientCommands(program);
  addExplainCommand(program);
  addImportCommands(program);
  addPlanCommands(program);
  addPolicyCommands(program);
  addKeyCommands(program);
  addRelinkCommands(program);
  addTermsCommands(program);
  addRosterCommands(program);
  addAccountCommands(program);
  addAdminCommands(program);
  addRetentionCommand(program);
  addAuditCommands(program);
  addBackupCommands(program);
  addMigrateCommand(program);
  addWebhookCommands(program);
  // The last: it completes all that stand before it.
  addCompletionCommand(program);
  return program;
}

function addStorageCommand(program: Command): void {
  const side = (flag: string, description: string) =>
    new Option(`${flag} <kind>`, description).choices(['sqlite', 'mongo-redis']).makeOptionMandatory();
  program
    .command('storage')
    .description('what is stored, as a whole')
    .command('copy')
    .description('copy everything to an empty storage of the other kind; Avain must not run meanwhile')
    .addOption(side('--from', 'where everything is'))
    .addOption(side('--to', 'where it shall be'))
    .action(copyBetween);
}

/** As the shell reports a command that SIGPIPE ended. */
const endedByClosedPipe = 141;

/** Whoever reads may stop early (`… | head`); the command then ends in silence, which each of them can stand at any moment. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(endedByClosedPipe);
}
