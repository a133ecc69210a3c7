/** `avain conformance prepare`: what the OpenID Foundation's suite and this Avain must both know (docs/conformance.md). */
import { randomBytes, randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CannotStart } from '../cannot-start.ts';
import { prepareRun } from '../conformance/prepare.ts';

type Options = { dir: string; issuer: string; suite: string; alias: string; email: string };

export function addConformanceCommands(program: Command): void {
  program
    .command('conformance')
    .description('try a build with the OpenID Foundation’s conformance suite; never for people')
    .command('prepare')
    .description('make a certificate, clients and the configuration of the suite, for config/conformance/avain.yaml')
    .option('--dir <folder>', 'where to; must not exist', 'data/conformance')
    .option('--issuer <url>', 'the address of this Avain, as the suite reaches it', 'https://localhost:3443')
    .option('--suite <url>', 'the address of the suite', 'https://localhost.emobix.co.uk:8443')
    .option('--alias <name>', 'what the suite calls this run', 'avain')
    .option('--email <address>', 'of the test person', 'person@conformance.example')
    .action(async ({ dir, ...run }: Options) => {
      try {
        const root = join(import.meta.dirname, '../..');
        const files = await prepareRun({ ...run, dir: resolve(root, dir) }, { bytes: randomBytes, int: randomInt });
        process.stdout.write(`${files.join('\n')}\n`);
      } catch (error) {
        if (!(error instanceof CannotStart)) throw error;
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
      }
    });
}
