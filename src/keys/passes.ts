import { OperationRefused } from '../control/operation.ts';
import { patiently } from '../control/patiently.ts';
import type { Deps } from '../deps.ts';

/** What became of one row: was it as it should be, was it changed, or can it not be (its id is told). */
export type Treated = 'fits' | 'changed' | 'broken';

/** What is kept under the keys: accounts, or entries of rosters. */
type Row = { readonly id: string };

export type Passes<R extends Row> = {
  /** Where this work keeps how far it has come. */
  readonly mark: string;
  /** What it is about: work for something else that was left unfinished is no beginning of this one. */
  readonly aim: string;
  /** What the rows are, for whoever reads along. */
  readonly what: string;
  /** In the order of the ids. */
  readonly scan: (after: R['id'] | null, limit: number) => Promise<readonly R[]>;
  readonly treat: (row: R) => Promise<Treated>;
  readonly print: (line: string) => void;
};

type Progress<R extends Row> = { readonly aim: string; readonly after: R['id'] | null };

const pageLength = 200;
const atOnce = 8;
/** Two are enough where every process has the keys. */
const mostPasses = 10;
const tellEvery = 10_000;

/**
 * Goes over all rows in the order of their ids until a whole pass finds nothing to change; goes on where it was cut
 * off. Returns the ids of rows that cannot be treated.
 */
export async function passUntilDone<R extends Row>(
  { storage }: Pick<Deps, 'storage'>,
  { mark, aim, what, scan, treat, print }: Passes<R>,
): Promise<readonly R['id'][]> {
  const kept = await storage.marks.get(mark);
  // A cast: only the line below writes it.
  const begun = kept === null ? null : (JSON.parse(kept) as Progress<R>);
  const keep = (after: R['id'] | null) => storage.marks.put(mark, JSON.stringify({ aim, after } satisfies Progress<R>));
  const parts = { what, scan, treat, print, keep };
  let after = begun?.aim === aim ? begun.after : null;
  if (after !== null) print('Going on where it was cut off.');
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const resumed = after !== null;
    const { seen, changed, broken } = await onePass(parts, after);
    print(`${seen} ${what} looked at, ${changed} changed`);
    after = null;
    // A pass that began in the middle has not seen all.
    if (!resumed && (changed === 0 || broken.length > 0)) return broken;
  }
  throw new OperationRefused(
    'Somebody goes on writing under the keys of before: give SIGHUP to every Avain process first.',
  );
}

type Pass<R extends Row> = Pick<Passes<R>, 'what' | 'scan' | 'treat' | 'print'> & {
  readonly keep: (after: R['id'] | null) => Promise<void>;
};

async function onePass<R extends Row>({ what, scan, treat, print, keep }: Pass<R>, from: R['id'] | null) {
  let [after, seen, changed] = [from, 0, 0];
  const broken: R['id'][] = [];
  for (;;) {
    const page = await patiently(() => scan(after, pageLength));
    for (let begin = 0; begin < page.length; begin += atOnce) {
      const some = page.slice(begin, begin + atOnce);
      const treated = await Promise.all(some.map((row) => patiently(() => treat(row))));
      changed += treated.filter((what) => what === 'changed').length;
      broken.push(...some.filter((_, index) => treated[index] === 'broken').map(({ id }) => id));
    }
    seen += page.length;
    if (seen % tellEvery === 0 && page.length > 0) print(`${seen} ${what} looked at`);
    after = page.length < pageLength ? null : (page.at(-1)?.id ?? null);
    await patiently(() => keep(after));
    if (after === null) return { seen, changed, broken };
  }
}
