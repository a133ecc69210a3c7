/** One file per roster, `rosters/<roster>.yaml`: which counties have a part in it, and who of their staff may change it. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { parseEmailAddress } from '../accounts/email-address.ts';
import type { Fault } from './faults.ts';
import type { Config } from './schema.ts';
import { localizedSchema, slug } from './values.ts';
import { faultsOf, readYaml } from './yaml-file.ts';

/** As an address is compared (`EmailAddress.canonical`). */
const staffAddress = z.string().transform((value, { addIssue }) => {
  const parsed = parseEmailAddress(value);
  if (parsed.ok) return parsed.address.canonical;
  addIssue('an e-mail address');
  return z.NEVER;
});

export const rosterFileSchema = z.strictObject({
  counties: z
    .record(
      slug,
      z.strictObject({
        name: localizedSchema.describe('As its own people call it'),
        staff: z.array(staffAddress).default([]).describe('Addresses of the accounts that may change its list'),
      }),
    )
    .describe('By the name that its CSV file has, and that commands use'),
});

/** Every `*.yaml` in `dir` by its name, all faults at once; an absent folder holds no rosters. */
export async function readRosterFiles(dir: string, shownAs: string, faults: Fault[]): Promise<Config['rosters']> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.yaml')).sort();
  const read = async (name: string) => {
    const [id, file] = [basename(name, '.yaml'), `${shownAs}/${name}`];
    if (!slug.safeParse(id).success) {
      faults.push({ file, line: null, key: '', found: 'another file name', expected: 'a–z, 0–9 and "-", then .yaml' });
    }
    const source = await readYaml(join(dir, name), file, faults);
    if (!source) return [];
    const parsed = rosterFileSchema.safeParse(source.value);
    if (parsed.success) return [[id, parsed.data] as const];
    faults.push(...faultsOf(source, parsed.error.issues));
    return [];
  };
  return Object.fromEntries((await Promise.all(names.map(read))).flat());
}
