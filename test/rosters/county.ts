/** A county with a list, over a store in memory: what its staff and the commands do to it. */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OperationDeps, perform } from '../../src/control/operation.ts';
import { startOfDay } from '../../src/finnish-day.ts';
import type { AccountId } from '../../src/ids.ts';
import { addEntry } from '../../src/rosters/edit.ts';
import { fingerprintsOf, type ListedPerson } from '../../src/rosters/entry.ts';
import { type RosterImportEvent, rosterOperations } from '../../src/rosters/operations.ts';
import { testKeyring } from '../support/keyring.ts';
import { openTestStorage, testClock } from '../support/storage.ts';

export const list = { roster: 'apu', county: 'hame' };
export const other = { roster: 'apu', county: 'savo' };
export const officer = { by: 'staff', accountId: 'an-officer' as AccountId } as const;
/** Of test persons; each with its right check character. */
export const codes = ['290200A901C', '131189Y902A', '050585X903A', '010150U906K'] as const;

type Line = Extract<RosterImportEvent, { line: unknown }>['line'];
type Done = Extract<RosterImportEvent, { done: unknown }>['done'];

export async function startCounty() {
  const dir = mkdtempSync(join(tmpdir(), 'avain-roster-'));
  const clock = testClock();
  const storage = await openTestStorage(clock);
  const counties = { hame: { name: {}, staff: ['a@hame.example'] }, savo: { name: {}, staff: [] } };
  const faults: unknown[] = [];
  // A cast: the work on rosters uses these parts only.
  const deps = {
    storage,
    clock,
    keyring: testKeyring(7),
    random: { bytes: randomBytes, int: randomInt },
    config: { rosters: { apu: { counties } }, rosterRows: [] },
    log: { error: (fault: unknown) => faults.push(fault) },
  } as unknown as OperationDeps;

  async function run(operation: string, argument: object = {}) {
    const lines: string[] = [];
    const request = { operation: `roster.${operation}`, args: [JSON.stringify(argument)] };
    const end = await perform(rosterOperations, deps, request, (line) => lines.push(line));
    if (faults.length > 0) throw faults[0];
    return { ...end, lines };
  }

  return {
    ...{ deps, storage, clock, run },
    async file(content: string | Uint8Array, more: { dryRun?: boolean; county?: string; roster?: string } = {}) {
      const file = join(dir, 'list.csv');
      writeFileSync(file, content);
      const { lines, ...end } = await run('import', { file, county: 'hame', roster: null, dryRun: false, ...more });
      // Casts: the operation prints events, the last of them the end.
      const events = lines.map((line) => JSON.parse(line) as { line?: Line; done?: Done });
      const told = events.flatMap(({ line }) => (line ? [[line.line, line.outcome, line.reason] as const] : []));
      return { ...end, told, outcomes: events.at(-1)?.done?.outcomes };
    },
    isListed: (person: ListedPerson) =>
      storage.rosters.isListed(list.roster, fingerprintsOf(deps.keyring, person), clock.now()),
    add(value: string, more: { note?: string | null; validTo?: number | null } = {}, to = list) {
      const person: ListedPerson = { kind: value.includes('@') ? 'email' : 'identity', value };
      const fields = { validFrom: startOfDay('2024-01-01'), validTo: null, note: null, ...more };
      // The newest is first, and of one instant nobody is.
      clock.advance(1);
      return addEntry(deps, { list: to, person, fields }, officer);
    },
    async close() {
      await storage.close();
      rmSync(dir, { recursive: true });
    },
  };
}

export type County = Awaited<ReturnType<typeof startCounty>>;
