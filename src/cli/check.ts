import { join } from 'node:path';
import type { Command } from 'commander';
import { allPrefixes, countPrefixes } from '../accounts/breached-passwords.ts';
import { processEnvironment } from '../config/environment.ts';
import { ConfigError, describeWrong } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/schema.ts';
import { bad, type Finding, good } from '../doctor/examination.ts';

type Options = { readonly json?: true; readonly offline?: true };

/** `avain check`: the configuration and everything it leads to. Writes nothing; exit 1 if anything is bad. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description(
      'check the configuration and all that it names, and say what is wrong and what to do; exit 1 if anything is',
    )
    .option('--offline', 'the configuration only: ask nobody')
    .option('--json', 'as one JSON object')
    .action(check);
}

async function check({ json, offline }: Options): Promise<void> {
  const findings = await found(offline === true);
  const told = json ? JSON.stringify(asOneObject(findings), null, 2) : findings.map(inWords).join('\n');
  const isSound = !findings.some(({ verdict }) => verdict === 'bad');
  // What is wrong goes where errors go, unless a program reads along.
  (isSound || json ? process.stdout : process.stderr).write(`${told}\n`);
  if (!isSound) process.exitCode = 1;
}

async function found(offline: boolean): Promise<readonly Finding[]> {
  const config = await loaded();
  if (Array.isArray(config)) return config;
  const sound = [...soundConfiguration(config), ...(await breachedPasswords(config))];
  if (offline) return sound;
  // Loaded only where it is used: the connectors weigh more than the configuration.
  const { examine } = await import('../doctor/examine.ts');
  return [...sound, ...(await examine({ config, clock: { now: () => Date.now() } }))];
}

async function loaded(): Promise<LoadedConfig | Finding[]> {
  const root = join(import.meta.dirname, '../..');
  try {
    return await loadConfig({ env: processEnvironment(), root, createSecrets: false });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map((fault) => bad('configuration', describeWrong(fault), `Expected: ${fault.expected}`));
  }
}

function soundConfiguration({ issuer, profile, clients }: LoadedConfig): readonly Finding[] {
  const names = clients.map(({ id }) => id).join(', ');
  return [good('configuration', `${issuer} (${profile}), clients ${names}`)];
}

async function breachedPasswords({ passwords }: LoadedConfig): Promise<readonly Finding[]> {
  const { breachedDirectory } = passwords;
  if (breachedDirectory === null) return [];
  const count = await countPrefixes(breachedDirectory);
  return [good('breached passwords', `${count} of ${allPrefixes} prefixes in ${breachedDirectory}`)];
}

function inWords({ organ, verdict, found: what, remedy }: Finding): string {
  const line = `${verdict.padEnd(10)} ${organ}: ${what}`;
  return remedy === null ? line : `${line}\n           ${remedy}.`;
}

function asOneObject(findings: readonly Finding[]) {
  const count = (verdict: Finding['verdict']) => findings.filter((one) => one.verdict === verdict).length;
  const counts = { good: count('good'), doubtful: count('doubtful'), bad: count('bad'), notTried: count('not tried') };
  return { sound: counts.bad === 0, ...counts, findings };
}
