import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';
import { type AsOutcome, tellOutcome, withOutcome } from './outcome.ts';

type Form = { readonly json?: boolean };

const form = ({ json = false }: Form) => (json ? 'json' : '');

/** `avain webhooks …`: what was told to other systems, and what was not taken (docs/webhooks.md). */
export function addWebhookCommands(program: Command): void {
  const webhooks = program.command('webhooks').description('messages to other systems about accounts and keys');
  webhooks
    .command('list')
    .description('every endpoint: whether it is on, how many messages wait or were given up')
    .option('--json', 'one JSON object a line')
    .action((given: Form) => runOperation('webhooks.list', [form(given)]));
  webhooks
    .command('log <name>')
    .description('the last 100 attempts, and what was given up in the last 30 days')
    .option('--json', 'one JSON object a line')
    .action((name: string, given: Form) => runOperation('webhooks.log', [name, form(given)]));
  withOutcome(
    webhooks.command('retry <name>').description('switches it on and sends all that was not taken now'),
  ).action((name: string, given: AsOutcome) => tellOutcome(given, 'webhooks.retry', [name]));
  withOutcome(webhooks.command('test <name>').description('sends one webhook.test; exit 1 if it is not taken')).action(
    (name: string, given: AsOutcome) => tellOutcome(given, 'webhooks.test', [name]),
  );
}
