/** What became of the rows, in numbers. */

export type Outcome = 'accepted' | 'repaired' | 'already-there' | 'duplicate' | 'invalid-address' | 'refused';

export type RowResult = {
  readonly line: number;
  readonly outcome: Outcome;
  /** What was repaired, or why it was not taken; never what stands in the row. */
  readonly notes: readonly string[];
  /** As it is stored; `none` = no password; null where nothing is. */
  readonly format: string | null;
  /** As the file has it, for the report file only. */
  readonly email: string | null;
};

export type Tally = {
  readonly rows: number;
  /** Adds up to `rows`. Of a dry run: what would become of them. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Of the accepted and the repaired. */
  readonly formats: Readonly<Record<string, number>>;
  /** Of the duplicates, invalid addresses and refused. */
  readonly reasons: Readonly<Record<string, number>>;
};

export const emptyTally: Tally = {
  rows: 0,
  outcomes: { accepted: 0, repaired: 0, 'already-there': 0, duplicate: 0, 'invalid-address': 0, refused: 0 },
  formats: {},
  reasons: {},
};

export const isTaken = (outcome: Outcome): boolean => outcome === 'accepted' || outcome === 'repaired';

export function withResult(tally: Tally, { outcome, notes, format }: RowResult): Tally {
  const { rows, outcomes, formats, reasons } = tally;
  const isThere = outcome === 'already-there';
  return {
    rows: rows + 1,
    outcomes: { ...outcomes, [outcome]: outcomes[outcome] + 1 },
    formats: isTaken(outcome) && format !== null ? counted(formats, format) : formats,
    reasons: isTaken(outcome) || isThere ? reasons : notes.reduce(counted, reasons),
  };
}

function counted(counts: Readonly<Record<string, number>>, name: string): Readonly<Record<string, number>> {
  return { ...counts, [name]: (counts[name] ?? 0) + 1 };
}
