import { createPublicKey } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { ChainedRecord } from './chain.ts';
import { type ChainItem, takeItem } from './stored-chain.ts';
import { createVerifier, type Verifier } from './verify.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const place = { node: z.string(), sequence: z.int().min(1), hash: z.string() };
const recordSchema = z.strictObject({
  ...{ ...place, previousHash: z.string(), at: z.int(), event: z.string() },
  ...{ accountId: z.string().nullable(), clientId: z.string().nullable(), journeyId: z.string().nullable() },
  ...{ actor: z.string().nullish(), sealed: z.string().nullish(), details: z.record(z.string(), scalar) },
});
const itemSchema = z.union([
  z.strictObject({ record: recordSchema }),
  z.strictObject({
    checkpoint: z.strictObject({
      ...place,
      kind: z.enum(['checkpoint', 'anchor']),
      at: z.int(),
      signature: z.string(),
    }),
  }),
]);

/** `unreadable`: numbers of lines that are no line of ours. */
export type VerifiedFile = ReturnType<Verifier['end']> & { readonly unreadable: readonly number[] };

const mostUnreadable = 20;

/** Verifies what was exported or sent elsewhere, with nothing but the file and the public key. Throws what reading throws. */
export async function verifyFile(path: string, keyPath: string): Promise<VerifiedFile> {
  const verifier = createVerifier(createPublicKey(await readFile(keyPath)));
  const unreadable: number[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const item = itemOf(line);
    if (item) takeItem(verifier, item);
    else if (unreadable.length < mostUnreadable) unreadable.push(number);
  }
  return { ...verifier.end(), unreadable };
}

function itemOf(line: string): ChainItem | null {
  try {
    const parsed = itemSchema.safeParse(JSON.parse(line));
    if (!parsed.success) return null;
    // A cast: event names of another version and ids are what they are; the hash says whether they are as written.
    return 'record' in parsed.data ? { record: parsed.data.record as unknown as ChainedRecord } : parsed.data;
  } catch {
    return null;
  }
}
