import type { Deps } from '../deps.ts';
import type { RosterCount, RosterList } from '../storage/roster-port.ts';

type Counted = Pick<RosterCount, 'entries' | 'valid'>;

/** `staff`: how many may change it; null = it stands in the store only. */
export type CountedList = RosterList & {
  readonly staff: number | null;
  readonly countyEntries: Counted;
  readonly fileEntries: Counted;
};

const isSame = (one: RosterList, other: RosterList) => one.roster === other.roster && one.county === other.county;

/** Every list of the configuration, and what else is stored. */
export async function countLists({
  config,
  storage,
  clock,
}: Pick<Deps, 'config' | 'storage' | 'clock'>): Promise<readonly CountedList[]> {
  const counts = await storage.rosters.counts(clock.now());
  const declared = Object.entries(config.rosters).flatMap(([roster, { counties }]) =>
    Object.entries(counties).map(([county, { staff }]) => ({ roster, county, staff: staff.length })),
  );
  const orphans = counts.filter((one) => !declared.some((list) => isSame(list, one)));
  const lists = [...declared, ...orphans.map(({ roster, county }) => ({ roster, county, staff: null }))];
  const unique = new Map(lists.map((list) => [`${list.roster} ${list.county}`, list]));
  return [...unique.values()].map((list) => {
    const own = counts.filter((one) => isSame(one, list));
    const of = (source: RosterCount['source']): Counted => {
      const { entries = 0, valid = 0 } = own.find((one) => one.source === source) ?? {};
      return { entries, valid };
    };
    return { ...list, countyEntries: of('county'), fileEntries: of('file') };
  });
}
