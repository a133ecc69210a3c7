import { z } from 'zod';
import type { viewOf } from '../../rosters/view.ts';
import type { RosterList } from '../../storage/roster-port.ts';
import type { AdminContext } from '../operation.ts';
import { AdminRefused } from '../refusal.ts';
import { notFound, time, timeOrNever } from '../shapes.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
export const place = z.strictObject({ roster: name, county: name });
export const oneEntry = place.extend({ entry: z.string().regex(/^[\w-]{1,64}$/) });
export const countyOnly = ['county'] as const;

export const entryShape = z.strictObject({
  id: z.string(),
  kind: z.enum(['identity', 'email']),
  source: z.enum(['file', 'county']),
  state: z.enum(['valid', 'coming', 'ended']),
  address: z.string().nullable().describe('Never the identity code'),
  note: z.string().nullable(),
  validFrom: time,
  validTo: timeOrNever.describe('Exclusive; null: until further notice'),
  addedAt: time,
});

/** A list that is not theirs is not there for them: 404, as for one that does not exist. @throws AdminRefused */
export function ownList({ actor }: AdminContext, { roster, county }: RosterList): RosterList {
  const lists = actor.kind === 'person' ? actor.lists : [];
  if (!lists.some((one) => one.roster === roster && one.county === county)) throw notFound();
  return { roster, county };
}

export const staffOf = ({ actor }: AdminContext) => {
  if (actor.kind !== 'person') throw new AdminRefused('forbidden');
  return { by: 'staff', accountId: actor.accountId } as const;
};

const iso = (at: number): string => new Date(at).toISOString();

export function shown(entry: ReturnType<typeof viewOf>): z.input<typeof entryShape> {
  const { version: _version, validFrom, validTo, addedAt, ...rest } = entry;
  return { ...rest, validFrom: iso(validFrom), validTo: validTo === null ? null : iso(validTo), addedAt: iso(addedAt) };
}
