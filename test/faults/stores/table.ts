/**
 * docs/faults.md, whose table the suites here fill in themselves: `AVAIN_WRITE_FAULTS=1 npm run test:faults`, and the
 * same with test:stores. An ordinary run writes nothing.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mongoServerVersion } from '../../support/store-servers.ts';
import { type PlannedFault, plan } from './plan.ts';

export type Result = {
  readonly passed: boolean;
  /** Results that somebody was told, and how many of them were gone afterwards. */
  readonly acknowledged: number;
  readonly lost: number;
  /** Won twice, stored twice, or half there. */
  readonly wrong: number;
  /** What was measured, in words. */
  readonly measured: string;
};

export const tableFile = join(import.meta.dirname, '../../../docs/faults.md');

export const headings = ['', 'fault', 'how', 'must hold', 'result', 'told', 'lost', 'wrong', 'measured', 'date'];

const patienceMs = 10_000;

/** Puts the result into its row, where the environment says so. */
export async function tell(id: PlannedFault, result: Result): Promise<void> {
  if (process.env['AVAIN_WRITE_FAULTS'] !== '1') return;
  const unlock = await locked(`${tableFile}.lock`);
  try {
    const lines = readFileSync(tableFile, 'utf8').split('\n');
    const { fault, how, criteria } = plan[id];
    const { passed, acknowledged, lost, wrong, measured } = result;
    const date = new Date().toISOString().slice(0, 10);
    const numbers = [acknowledged, lost, wrong].map(String);
    const row = cells([id, fault, how, criteria, passed ? 'pass' : 'FAIL', ...numbers, measured, date]);
    const withRow = lines.map((line) => (line.startsWith(`| ${id} |`) ? row : line));
    const told = withRow.map((line) => (line.startsWith('Versions: ') ? versions() : line));
    writeFileSync(tableFile, told.join('\n'));
  } finally {
    unlock();
  }
}

export const cells = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;

function versions(): string {
  const [, redis = ''] = /v=([\d.]+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' })) ?? [];
  return `Versions: Node ${process.versions.node}, Redis ${redis}, compatible server secantus-mdb ${mongoServerVersion}.`;
}

/** Suites run side by side and end when they like. */
async function locked(file: string): Promise<() => void> {
  for (const until = Date.now() + patienceMs; ; await sleep(20)) {
    try {
      closeSync(openSync(file, 'wx'));
      return () => unlinkSync(file);
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
