import { type StaffContext, type StaffPage, staffPlace } from './staff-page.ts';
import { servicesOf } from './told.ts';

/** The lists of this member of staff. */
export const lists: StaffPage<StaffContext, 'staff/lists'> = {
  view: 'staff/lists',
  show: async ({ deps, lists: own, locale }) => {
    const counts = await deps.storage.rosters.counts(deps.clock.now());
    return {
      lists: own.map((list) => {
        const of = counts.filter(({ roster, county }) => roster === list.roster && county === list.county);
        return {
          href: `${staffPlace.path}/${list.roster}/${list.county}`,
          county: list.name[locale],
          services: servicesOf({ clients: deps.clients, locale }, list),
          valid: of.reduce((sum, { valid }) => sum + valid, 0),
        };
      }),
    };
  },
  submit: async ({ deps, ctx }, { action }) => {
    if (action !== 'sign-out') return null;
    await deps.interactions.endSession(ctx);
    return { kind: 'done', path: `${staffPlace.path}/signed-out` };
  },
};
