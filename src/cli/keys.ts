import type { Command } from 'commander';
import { runOperation } from '../control/run-operation.ts';
import { type AsOutcome, tellOutcome, withOutcome } from './outcome.ts';

/** `avain keys …`: rotation of the keys that everything stored depends on (docs/identity-code.md). */
export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('the keys that everything stored depends on, and their rotation');
  // Kinds and ids are judged by the operation: what is typed wrong here may be anything, and is not repeated.
  keys
    .command('list')
    .description('every key by its id, and what it is used for')
    .option('--json', 'as one JSON object')
    .action(({ json = false }: { json?: boolean }) => runOperation('keys.list', [json ? 'json' : '']));
  withOutcome(keys.command('add <kind>'))
    .description('a new key of the kind "master", "index" or "cookie", as the last line of its file')
    .action((kind: string, as: AsOutcome) => tellOutcome(as, 'keys.add', [kind]));
  withOutcome(keys.command('use <kind> <id>'))
    .description('from now on this master key seals, or this cookie key signs; the others still open, or are believed')
    .action((kind: string, id: string, as: AsOutcome) => tellOutcome(as, 'keys.use', [kind, id]));
  withOutcome(keys.command('rewrap'))
    .description('everything lasting is wrapped by the master key that seals; goes on where it was cut off')
    .action((as: AsOutcome) => tellOutcome(as, 'keys.rewrap', []));
  withOutcome(keys.command('reindex'))
    .description('every identity code can be found under every index key; goes on where it was cut off')
    .action((as: AsOutcome) => tellOutcome(as, 'keys.reindex', []));
  withOutcome(keys.command('remove <kind> <id>'))
    .description('a key that nothing needs any more')
    .option('--now', 'do not wait until the last mail, unfinished sign-in or cookie under it is gone')
    .action((kind: string, id: string, { now = false, ...as }: AsOutcome & { now?: boolean }) =>
      tellOutcome(as, 'keys.remove', [kind, id, now ? 'now' : '']),
    );
  addSigningKeyCommands(keys);
}

function addSigningKeyCommands(keys: Command): void {
  withOutcome(keys.command('rotate'))
    .description('the next signing keys sign from now on, ahead of their time')
    .requiredOption('--by <name>', 'who does it, for the audit log')
    .option('--now', 'after an incident: also where verifiers may not know the next keys yet')
    .action(({ by, now = false, ...as }: AsOutcome & { by: string; now?: boolean }) =>
      tellOutcome(as, 'keys.rotate', [now ? 'now' : '', by]),
    );
  withOutcome(keys.command('revoke <kid>'))
    .description('a signing key that somebody else may have: believed nowhere within seconds; tells what ends with it')
    .requiredOption('--by <name>', 'who does it, for the audit log')
    .requiredOption('--reason <text>', 'best the number of the case')
    .action((kid: string, { by, reason, ...as }: AsOutcome & { by: string; reason: string }) =>
      tellOutcome(as, 'keys.revoke', [kid, by, reason]),
    );
}
