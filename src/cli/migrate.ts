import type { Command } from 'commander';
import { openBackEnd, schemaStates, toldState } from '../storage/open.ts';
import { atHand, say, told } from './backup-common.ts';

/** `avain migrate`: brings the storage to the schema of this Avain, as every start does. `--check` only looks: exit 1 = there is something to do. */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('brings the storage to the schema of this version, as a start would')
    .option('--check', 'only look; exit 1 when there is something to do')
    .option('--json', 'as one JSON object')
    .action(async ({ check = false, json = false }: { check?: boolean; json?: boolean }) => {
      await told(async () => {
        process.exitCode = await migrate(check, json);
      });
    });
}

async function migrate(check: boolean, json: boolean): Promise<number> {
  const { config, clock, log, schema: before } = await atHand();
  const isBehind = ({ has, needs }: { has: number | null; needs: number }) => has !== needs;
  if (!check && before.some(isBehind)) {
    // Opening migrates; an Avain of an older version that runs on SQLite holds the lock, and is told of.
    await (await openBackEnd(config.storage.kind, config, clock, log)).close();
  }
  const after = check ? before : await schemaStates(config, clock, log);
  const lines = after.map((state) => `${state.name} ${toldState(state)}.`);
  say(json ? JSON.stringify({ migrated: !check && before.some(isBehind), schemas: after }) : lines.join('\n'));
  return after.some(isBehind) ? 1 : 0;
}
