import type { InForce } from './in-force.ts';

export type Difference = {
  readonly key: string;
  /** As JSON, or a hash of it; null = there is none. */
  readonly runs: string | null;
  readonly files: string | null;
  /** How it comes into force: clients are read again while Avain runs, all else when it starts. */
  readonly takes: 'apply' | 'restart';
};

/** In the order of the keys. */
export function differences(runs: InForce, files: InForce): readonly Difference[] {
  const keys = [...new Set([...Object.keys(runs), ...Object.keys(files)])].sort();
  return keys
    .filter((key) => runs[key] !== files[key])
    .map((key) => ({
      key,
      runs: runs[key] ?? null,
      files: files[key] ?? null,
      takes: key.startsWith('client ') ? 'apply' : 'restart',
    }));
}
