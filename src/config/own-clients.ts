/**
 * Avain's own pages for people who are signed in are first-party clients of Avain itself (decisions.md §5): the same
 * ladder lets a person in, the same session holds them, and signing out of one place is signing out of all.
 *
 * Public clients that never redeem a code: the session is what their pages read. Each request carries the challenge of a
 * verifier that nobody knows, so that a code which leaks is worth nothing.
 */
import type { ClientId } from '../ids.ts';
import { type ClientFile, clientFileSchema } from './client-schema.ts';
import { resolveClient } from './clients.ts';
import type { Client, Localized } from './schema.ts';
import type { Settings } from './settings-schema.ts';

export const accountClientId = 'avain-account' as ClientId;
export const staffClientId = 'avain-staff' as ClientId;
export const adminClientId = 'avain-admin' as ClientId;

type OwnClient = {
  readonly id: ClientId;
  readonly name: Localized;
  /** Its pages begin here; the answer of `/auth` comes to `return` below it. */
  readonly path: string;
  /** Staff see other people's data: always identified, and not long ago. */
  readonly assurance: ClientFile['assurance'];
};

const own: readonly OwnClient[] = [
  {
    id: accountClientId,
    name: { fi: 'Oma tili', sv: 'Mitt konto', en: 'My account' },
    path: '/account',
    assurance: { demand: null, freshMinutes: 30 },
  },
  {
    id: staffClientId,
    name: { fi: 'Henkilökunta', sv: 'Personal', en: 'Staff' },
    path: '/staff/rosters',
    // As long as a session may lie idle: who keeps lists goes to the bank once for an hour of work.
    assurance: { demand: 'substantial', freshMinutes: 60 },
  },
  {
    id: adminClientId,
    name: { fi: 'Ylläpito', sv: 'Administration', en: 'Administration' },
    path: '/admin',
    // A day's work; what changes something asks for a proof of the last minutes besides (admin/pages/).
    assurance: { demand: 'substantial', freshMinutes: 480 },
  },
];

/** Whether it is one of Avain's own pages, and no service that people know by name. */
export const isOwnClient = (id: string): boolean => own.some((client) => client.id === id);

/** Under the installation's own policy of asking again; no terms, no roster, no brand of a client. */
export function ownClients(settings: Pick<Settings, 'issuer' | 'stepUp' | 'code' | 'secondFactor'>): readonly Client[] {
  return own.map(({ id, name, path, assurance }) => {
    const file = clientFileSchema.parse({
      name,
      party: 'first',
      type: 'public',
      redirectUris: [new URL(`${path}/return`, settings.issuer).href],
      postLogoutRedirectUris: [new URL(path, settings.issuer).href],
      startUrl: new URL(path, settings.issuer).href,
      assurance,
      // Here factors are added and removed: whoever has one shows it, or a password alone would be enough to lose it.
      secondFactor: settings.secondFactor === 'required' ? 'required' : 'if-enrolled',
    });
    return resolveClient({ id, keptIn: 'avain', dir: '', file }, settings, null);
  });
}
