import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import type { ClientId } from '../ids.ts';
import type { Change } from '../storage/ports.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage } from './account-page.ts';
import { type OwnService, servicesOf } from './services.ts';

const path = '/account/apps';

async function services({ deps, account }: AccountContext): Promise<readonly OwnService[]> {
  return servicesOf(account, await deps.interactions.accessOf(account.id), deps.clients);
}

/** The consent goes with the record of it; a first party has none, and its record is the change. */
function withoutConsent({ deps }: AccountContext, account: Account, clientId: ClientId): Change {
  const { [clientId]: _revoked, ...consents } = account.consents;
  const common = { at: deps.clock.now(), accountId: account.id, clientId, journeyId: null } as const;
  return {
    account: { ...account, consents },
    effects: { audit: [{ ...common, event: 'access.revoked', details: {} }] },
  };
}

async function revoke(context: AccountContext, asked: string): Promise<AccountOutcome> {
  const { deps, account } = context;
  const done: AccountOutcome = { kind: 'done', path, done: 'access-revoked' };
  const service = (await services(context)).find(({ id }) => id === asked);
  // One that is on the list no more has lost it already: in another tab, or by the other half of a double click.
  if (service === undefined) return done;
  // First what it would be let in by again.
  await deps.storage.accounts.update(account.id, (current) => withoutConsent(context, current, service.id));
  await deps.interactions.revokeAccess(account.id, service.id);
  return done;
}

export const apps = defineAccountPage({
  path,
  view: 'account/apps',
  fresh: false,
  section: { title: 'apps.title', summary: () => ({ key: 'apps.summary' }) },
  form: z.object({ service: z.string() }),
  show: async (context) => ({
    services: (await services(context)).map(({ id, client, items, leftOut, since, signedIn, offline }) => ({
      id,
      name: client?.name[context.locale] ?? id,
      third: client?.party === 'third',
      items: items.filter((item) => item !== 'offline_access'),
      leftOut: leftOut.filter((item) => item !== 'offline_access'),
      since,
      signedIn,
      offline,
    })),
  }),
  submit: (context, { service }) => revoke(context, service),
});
