/**
 * `avain broker …`: our keys towards a broker, what it is given of them, and whether it keeps the duties of the Finnish
 * Trust Network. No command needs the storage: all work beside a running Avain. docs/brokers.md tells when to use which.
 */
import { Argument, type Command } from 'commander';
import type { KeyRole } from '../upstream/ftn/keys.ts';
import { type CheckOptions, checkDuties } from './broker-check.ts';
import { createKeys, keyRoles, listKeys, rotateKeys } from './broker-keys.ts';
import { printEntityStatement, printJwks } from './broker-publications.ts';
import { onBroker } from './on-broker.ts';

const which = ['<broker>', 'its name below brokers: in avain.yaml, or how that begins'] as const;

export function addBrokerCommands(program: Command): void {
  const broker = program.command('broker').description('brokers of strong identification: our keys, and a self-test');
  addKeyCommands(broker.command('keys').description('our private keys towards a broker'));
  broker
    .command('jwks')
    .description("our public keys, to paste into a broker's console")
    .argument(...which)
    .action((name: string) => onBroker(name, printJwks));
  broker
    .command('entity-statement')
    .description('our entity statement, to hand to a broker')
    .argument(...which)
    .option('--sha256', 'its SHA-256 instead, in hex')
    .action((name: string, options: { sha256?: boolean }) =>
      onBroker(name, (found) => printEntityStatement(found, options)),
    );
  broker
    .command('check')
    .description('go through the duties of the trust network one by one; exit 1 if one is not met')
    .argument(...which)
    .option('--json', 'for programs')
    .option('--answer <address>', 'where the browser landed after the identification that a run before this one began')
    .action((name: string, options: CheckOptions) => onBroker(name, (found) => checkDuties(found, options)));
}

type KeyOptions = { readonly ec?: boolean; readonly force?: boolean };

function addKeyCommands(keys: Command): void {
  keys
    .command('create')
    .description('make the first keys')
    .argument(...which)
    .option('--ec', 'an encryption key on P-256 instead of RSA')
    .action((name: string, options: KeyOptions) => onBroker(name, (found) => createKeys(found, options)));
  keys
    .command('rotate')
    .description('take the next step of a rotation')
    .argument(...which)
    .addArgument(new Argument('<role>', 'which keys').choices([...keyRoles]))
    .option('--ec', 'a new encryption key on P-256 instead of RSA')
    .option('--force', 'before its time: after an incident, or when the broker has confirmed')
    .action((name: string, role: KeyRole, options: KeyOptions) =>
      onBroker(name, (found) => rotateKeys(found, role, options)),
    );
  keys
    .command('list')
    .description('each key, its state, and what comes next')
    .argument(...which)
    .option('--json', 'as one JSON object')
    .action((name: string, options: { json?: boolean }) => onBroker(name, (found) => listKeys(found, options)));
}
