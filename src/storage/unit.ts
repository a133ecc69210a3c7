/** One request's reads and writes; unit-of-work.ts says what they are for. */

/** Long enough for what the library reads twice in one breath, too short for a password to be hashed in between. */
const rememberedMs = 25;

type Kept = { readonly value: unknown; readonly write: () => Promise<void> };
type Seen = { readonly at: number; readonly value: Promise<unknown> };

export type Unit = {
  /** A write that decides nothing; `value` is what reading the row gives meanwhile. */
  keep(row: string, value: unknown, write: () => Promise<void>): Promise<void>;
  /** What is kept, what was read a moment ago, or what `ask` says. */
  read<T>(row: string, ask: () => Promise<T>): Promise<T>;
  /** What this request last knew of the row, however long ago: good for a first try at compare-and-swap only. */
  known<T>(row: string): Promise<T | undefined>;
  /** Believes a value that an answer of the store has just told. */
  learn(row: string, value: unknown): void;
  /** Decides about this one row, at the same time as what is kept of other rows is written. */
  decide<T>(row: string, act: () => Promise<T>): Promise<T>;
  /** Decides about many rows: after everything kept is written, and nothing known before is believed any more. */
  decideMany<T>(act: () => Promise<T>): Promise<T>;
  /** The end: from now on everything passes straight through. */
  close(): Promise<void>;
};

/** Outside of a request everything passes straight through. */
export const straight: Unit = {
  keep: (_row, _value, write) => write(),
  read: (_row, ask) => ask(),
  known: async () => undefined,
  learn: () => undefined,
  decide: (_row, act) => act(),
  decideMany: (act) => act(),
  close: async () => undefined,
};

export function createUnit(): Unit {
  const kept = createKept();
  const seen = createSeen();
  let open = true;
  const after = async <T>(act: () => Promise<T>) => {
    await kept.writeAll();
    return act();
  };
  return {
    async keep(row, value, write) {
      // What the request set off and did not wait for writes for itself.
      if (!open) return write();
      kept.add(row, { value, write });
      seen.forget(row);
    },
    // Casts in these two: a row's name says what it holds, and each is read and written by one port.
    read<T>(row: string, ask: () => Promise<T>) {
      const own = kept.get(row);
      if (own) return Promise.resolve(own.value as T);
      return (open ? seen.recent(row) : undefined) ?? seen.learn(row, ask());
    },
    known: async <T>(row: string) => (await seen.last(row)) as T | undefined,
    learn: (row, value) => void seen.learn(row, Promise.resolve(value)),
    async decide(row, act) {
      seen.forget(row);
      const [result] = await Promise.all(kept.get(row) ? [after(act)] : [act(), kept.writeAll()]);
      return result;
    },
    async decideMany(act) {
      const result = await after(act).finally(seen.forgetAll);
      return result;
    },
    async close() {
      open = false;
      await kept.writeAll();
    },
  };
}

function createKept() {
  const rows = new Map<string, Kept>();
  return {
    get: (row: string) => rows.get(row),
    add(row: string, write: Kept) {
      // Behind the others.
      rows.delete(row);
      rows.set(row, write);
    },
    /** In the order of the wishes and in one turn: one commit, one pipeline. */
    async writeAll(): Promise<void> {
      const writes = [...rows.values()];
      rows.clear();
      await Promise.all(writes.map(({ write }) => write()));
    },
  };
}

function createSeen() {
  const rows = new Map<string, Seen>();
  return {
    learn<T>(row: string, value: Promise<T>): Promise<T> {
      rows.set(row, { at: performance.now(), value });
      // Whoever asked is told; that it is remembered as well must not make a failure an unhandled one.
      value.catch(() => rows.delete(row));
      return value;
    },
    last: (row: string) => rows.get(row)?.value,
    recent<T>(row: string) {
      const before = rows.get(row);
      // As above: the row's name says what it holds.
      return before && performance.now() - before.at < rememberedMs ? (before.value as Promise<T>) : undefined;
    },
    forget: (row: string) => void rows.delete(row),
    forgetAll: () => rows.clear(),
  };
}
