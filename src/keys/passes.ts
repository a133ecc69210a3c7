import type { Account } from '../accounts/account.ts';
import { OperationRefused } from '../control/operation.ts';
import { patiently } from '../control/patiently.ts';
import type { Deps } from '../deps.ts';
import type { AccountId } from '../ids.ts';

/** What became of one account: was it as it should be, was it changed, or can it not be (its id is told). */
export type Treated = 'fits' | 'changed' | 'broken';

export type Passes = {
  /** Where this work keeps how far it has come. */
  readonly mark: string;
  /** What it is about: work for something else that was left unfinished is no beginning of this one. */
  readonly aim: string;
  readonly treat: (account: Account) => Promise<Treated>;
  readonly print: (line: string) => void;
};

type Progress = { readonly aim: string; readonly after: AccountId | null };

const pageLength = 200;
const atOnce = 8;
/** Two are enough where every process has the keys. */
const mostPasses = 10;
const tellEvery = 10_000;

/**
 * Goes over all accounts in the order of their ids until a whole pass finds nothing to change; goes on where it was cut
 * off. Returns the ids of accounts that cannot be treated.
 */
export async function passUntilDone(
  { storage }: Pick<Deps, 'storage'>,
  { mark, aim, treat, print }: Passes,
): Promise<readonly AccountId[]> {
  const kept = await storage.marks.get(mark);
  // A cast: only the line below writes it.
  const begun = kept === null ? null : (JSON.parse(kept) as Progress);
  const keep = (after: AccountId | null) => storage.marks.put(mark, JSON.stringify({ aim, after } satisfies Progress));
  const parts = { storage, treat, print, keep };
  let after = begun?.aim === aim ? begun.after : null;
  if (after !== null) print('Going on where it was cut off.');
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const resumed = after !== null;
    const { seen, changed, broken } = await onePass(parts, after);
    print(`${seen} accounts looked at, ${changed} changed`);
    after = null;
    // A pass that began in the middle has not seen all.
    if (!resumed && (changed === 0 || broken.length > 0)) return broken;
  }
  throw new OperationRefused(
    'Somebody goes on writing under the keys of before: give SIGHUP to every Avain process first.',
  );
}

type Pass = Pick<Passes, 'treat' | 'print'> & {
  readonly storage: Deps['storage'];
  readonly keep: (after: AccountId | null) => Promise<void>;
};

async function onePass({ storage, treat, print, keep }: Pass, from: AccountId | null) {
  let [after, seen, changed] = [from, 0, 0];
  const broken: AccountId[] = [];
  for (;;) {
    const page = await patiently(() => storage.accounts.scan(after, pageLength));
    for (let begin = 0; begin < page.length; begin += atOnce) {
      const some = page.slice(begin, begin + atOnce);
      const treated = await Promise.all(some.map((account) => patiently(() => treat(account))));
      changed += treated.filter((what) => what === 'changed').length;
      broken.push(...some.filter((_, index) => treated[index] === 'broken').map(({ id }) => id));
    }
    seen += page.length;
    if (seen % tellEvery === 0 && page.length > 0) print(`${seen} accounts looked at`);
    after = page.length < pageLength ? null : (page.at(-1)?.id ?? null);
    await patiently(() => keep(after));
    if (after === null) return { seen, changed, broken };
  }
}
