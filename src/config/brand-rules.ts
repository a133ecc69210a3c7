/** What is refused of a brand though its keys are well-formed: colours nobody can read, a logo that could do something. */
import { resolve } from 'node:path';
import { brandFault } from './brand.ts';
import type { ReadClient } from './clients.ts';
import type { Fault } from './faults.ts';
import { logoFault } from './logo.ts';
import { faultAt, type KeyPath } from './yaml-file.ts';

/** The faults of one client's brand; the ratios that were computed are told in them. */
export async function brandFaults({ source, file, dir }: ReadClient): Promise<Fault[]> {
  const { logo } = file.brand;
  const fault = (path: KeyPath, expected: string | null) =>
    expected === null ? [] : [faultAt(source, path, expected)];
  const files = (['file', 'darkFile'] as const).map(async (key) => {
    const name = logo?.[key];
    return name == null ? [] : fault(['brand', 'logo', key], await logoFault(resolve(dir, name)));
  });
  const plateless = logo !== null && logo.darkFile === null && logo.plate === null;
  return [
    ...fault(['brand', 'action'], brandFault(file.brand)),
    ...fault(
      ['brand', 'logo', 'plate'],
      plateless ? 'a plate colour or a darkFile: a logo must be seen on dark too' : null,
    ),
    ...(await Promise.all(files)).flat(),
  ];
}
