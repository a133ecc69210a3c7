import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { Instant } from '../ids.ts';
import { inForce } from './in-force.ts';

const mark = 'in-force';

const noteSchema = z.object({ at: z.number(), values: z.record(z.string(), z.string()) });

/** What the Avain runs that started, or read its clients, last: with several nodes they should all run the same. */
export type Note = Readonly<{ at: Instant; values: Readonly<Record<string, string>> }>;

export type NoteDeps = Pick<Deps, 'config' | 'clients' | 'keyring' | 'clock'> & {
  readonly storage: Pick<Deps['storage'], 'marks'>;
};

export async function noteInForce({ config, clients, keyring, clock, storage }: NoteDeps): Promise<void> {
  const note: Note = { at: clock.now(), values: inForce(config, clients.values(), keyring) };
  await storage.marks.put(mark, JSON.stringify(note));
}

/** null: no Avain has run on this storage. */
export async function readNote({ marks }: Pick<Deps['storage'], 'marks'>): Promise<Note | null> {
  const kept = await marks.get(mark);
  return kept === null ? null : noteSchema.parse(JSON.parse(kept));
}
