/**
 * The schema: which collections and indexes there are. Migration n is the n-th entry and never changes once released; a
 * new one is appended. Each can be repeated: whoever finds it half done does it again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, mongo } from 'mongoose';
import { CannotStart } from '../../cannot-start.ts';
import type { SchemaState } from '../backup-port.ts';
import { type Ask, isDuplicate } from './connection.ts';
import { newId } from './effects.ts';

type Index = { readonly key: Readonly<Record<string, 1 | -1>>; readonly unique?: true };
/** Collection → its indexes beside `_id`. */
type Migration = Readonly<Record<string, readonly Index[] | 'emptied'>>;

const migrations: readonly Migration[] = [
  {
    // Changes whose effects are not settled; tombstones by age.
    accounts: [{ key: { 'pending.change': 1 } }, { key: { killedAt: 1 } }],
    account_emails: [],
    identity_links: [],
    spent_tokens: [],
    terms_evidence: [{ key: { accountId: 1, written: 1 } }],
    audit: [{ key: { written: -1 } }, { key: { accountId: 1, written: -1 } }],
    outbox: [{ key: { dueAt: 1, written: 1 } }, { key: { settledAt: 1 } }, { key: { 'pending.change': 1 } }],
    signing_keys: [{ key: { slot: 1 }, unique: true }],
    // Of the expiring half (fence.ts, revocations.ts).
    revocations: [{ key: { expiresAt: 1 } }],
    fences: [],
    // An unfinished move of everything into this store.
    moving: [],
  },
  {
    marks: [],
    // Accounts that are being absorbed, or were a day ago.
    accounts: [{ key: { 'absorbing.change': 1 } }],
  },
  {
    rosters: [
      // Each person once in a list of one source; the list itself may be what a cluster shards by.
      { key: { roster: 1, county: 1, source: 1, fingerprints: 1 }, unique: true },
      { key: { roster: 1, fingerprints: 1 } },
      { key: { roster: 1, county: 1, _id: -1 } },
      { key: { 'pending.change': 1 } },
      { key: { removed: 1 } },
    ],
  },
  {
    // What is kept for a time only is found by its age, and an account's mails by the account.
    audit: [{ key: { at: 1 } }],
    outbox: [{ key: { 'mail.accountId': 1, written: -1 } }],
  },
  { terms_evidence: [{ key: { acceptedAt: 1, _id: 1 } }] },
  { clients: [] },
  { logouts: [{ key: { dueAt: 1 } }] },
  {
    // What happened before anybody was known is found by the journey, and mails by an address that has no account.
    audit: [{ key: { journeyId: 1, written: -1 } }],
    outbox: [{ key: { 'mail.emailFingerprint': 1, written: -1 } }],
  },
  { statistics: [] },
  {
    // Records of before have no place in a chain, and are let go.
    audit: 'emptied',
    audit_checkpoints: [{ key: { node: 1, kind: 1, sequence: 1 } }, { key: { node: 1, sequence: -1 } }],
    audit_nodes: [{ key: { heldUntil: 1 } }],
  },
  // A place is taken once: a chain has no fork.
  { audit: [{ key: { node: 1, sequence: 1 }, unique: true }] },
  // Mails that were given up, among all that were delivered.
  { outbox: [{ key: { deadReason: 1, written: -1 } }] },
];

type SchemaDocument = { readonly _id: string; readonly version?: number; readonly holder?: string };

/** For a command that asks before it migrates. */
export async function readSchemaState(connection: Connection, ask: Ask): Promise<SchemaState> {
  const found = await ask(() => connection.collection<SchemaDocument>('schema').findOne({ _id: 'version' }));
  return { name: `MongoDB, database ${connection.name}`, has: found?.version ?? null, needs: migrations.length };
}

/** Nobody holds the lock for so long: a migration makes a few collections. */
const leaseMs = 10_000;

/** Throws when a newer Avain has been here, or when an index that a migration made is gone. */
export async function migrate(connection: Connection, ask: Ask): Promise<void> {
  const schema = connection.collection<SchemaDocument>('schema');
  const version = async () => (await ask(() => schema.findOne({ _id: 'version' })))?.version ?? 0;
  if ((await version()) < migrations.length) {
    await holdingLock(schema, ask, async () => {
      for (const [n, migration] of migrations.entries()) {
        if (n < (await version())) continue;
        await apply(connection, ask, migration);
        await ask(() => schema.updateOne({ _id: 'version' }, { $set: { version: n + 1 } }, { upsert: true }));
      }
    });
  }
  const done = await version();
  if (done > migrations.length) {
    throw new CannotStart(`MongoDB: schema version ${done} is newer than this Avain knows (${migrations.length})`);
  }
  await assertIndexes(connection, ask);
}

/** One node at a time. The lock of a node that died is taken over when it has not changed for the length of a lease. */
async function holdingLock(
  schema: mongo.Collection<SchemaDocument>,
  ask: Ask,
  work: () => Promise<void>,
): Promise<void> {
  const holder = newId();
  let watched = { holder, since: performance.now() };
  while (!(await tryLock(schema, ask, holder))) {
    const other = (await ask(() => schema.findOne({ _id: 'lock' })))?.holder ?? holder;
    if (watched.holder !== other) watched = { holder: other, since: performance.now() };
    if (performance.now() - watched.since > leaseMs) await ask(() => schema.deleteOne({ _id: 'lock', holder: other }));
    await sleep(50);
  }
  try {
    await work();
  } finally {
    await ask(() => schema.deleteOne({ _id: 'lock', holder }));
  }
}

async function tryLock(schema: mongo.Collection<SchemaDocument>, ask: Ask, holder: string): Promise<boolean> {
  try {
    await ask(() => schema.insertOne({ _id: 'lock', holder }));
    return true;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // Or it is our own, sent twice.
    return (await ask(() => schema.findOne({ _id: 'lock' })))?.holder === holder;
  }
}

async function apply(connection: Connection, ask: Ask, migration: Migration): Promise<void> {
  for (const [name, indexes] of Object.entries(migration)) {
    const there = await ask(async () => connection.db?.listCollections({ name }).toArray());
    if (there?.length === 0) await ask(async () => connection.db?.createCollection(name));
    if (indexes === 'emptied') {
      await ask(() => connection.collection(name).deleteMany({}));
      continue;
    }
    // One that is there already is left as it is.
    const specs = indexes.map(({ key, ...options }) => ({ key: { ...key }, ...options }));
    if (specs.length > 0) await ask(() => connection.collection(name).createIndexes(specs));
  }
}

async function assertIndexes(connection: Connection, ask: Ask): Promise<void> {
  // One after another: a start has hardly a connection yet, and all at once would give up waiting for one on a busy machine.
  for (const [name, indexes] of migrations.flatMap((migration) => Object.entries(migration))) {
    const [first] = await missingIndexes(connection, ask, name, indexes);
    if (first === undefined) continue;
    throw new CannotStart(
      `MongoDB: the database ${connection.name} lacks the index ${first}; without it promises are broken`,
    );
  }
}

async function missingIndexes(
  connection: Connection,
  ask: Ask,
  name: string,
  wanted: Migration[string],
): Promise<readonly string[]> {
  if (wanted === 'emptied' || wanted.length === 0) return [];
  const there = await ask(() => connection.collection(name).indexes());
  const has = ({ key, unique }: Index) =>
    there.some((one) => JSON.stringify(one.key) === JSON.stringify(key) && (!unique || one.unique === true));
  return wanted.filter((index) => !has(index)).map(({ key }) => `${JSON.stringify(key)} of ${name}`);
}
