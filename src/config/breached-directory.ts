/** The directory of breached passwords must be there when Avain starts: one that is not there would refuse nothing, in silence. */
import { countPrefixes } from '../accounts/breached-passwords.ts';
import type { Fault } from './faults.ts';
import type { FinishedSettings } from './profile.ts';
import type { Source } from './yaml-file.ts';

export async function breachedDirectoryFaults(source: Source, { passwords }: FinishedSettings): Promise<Fault[]> {
  const { breachedDirectory } = passwords;
  if (breachedDirectory === null) return [];
  const fault = (found: string): Fault => ({
    ...source.placeOf(['passwords', 'breachedDirectory']),
    found,
    expected: 'a folder with files named by five hex digits, as 0018A.txt',
  });
  // One is enough to know that it is such a folder; `avain check` counts them.
  const found = await countPrefixes(breachedDirectory, 1).catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO');
  if (found === 'ENOENT') return [fault(`no folder ${breachedDirectory}`)];
  if (typeof found === 'string') return [fault(`${breachedDirectory}, which cannot be read (${found})`)];
  return found === 0 ? [fault(`no such file in ${breachedDirectory}`)] : [];
}
