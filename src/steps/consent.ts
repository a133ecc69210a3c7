import { z } from 'zod';
import { consentItemsOf } from '../accounts/claims.ts';
import { accountOf, advance, defineStep, type Outcome, type StepContext } from './step.ts';

/** What is asked for, as far as this client may have it at all. */
function asked({ request, client }: StepContext): { scopes: string[]; claims: readonly string[] } {
  const scopes = request.scopes.filter((scope) => client.scopes.some((allowed) => allowed === scope));
  return { scopes, claims: request.claims };
}

async function allow(context: StepContext): Promise<Outcome> {
  const { deps, client, journey } = context;
  const { scopes, claims } = asked(context);
  const now = deps.clock.now();
  await deps.storage.accounts.update(accountOf(context).id, (account) => {
    const before = account.consents[client.id];
    const given = {
      scopes: [...new Set([...(before?.scopes ?? []), ...scopes])],
      claims: [...new Set([...(before?.claims ?? []), ...claims])],
      givenAt: now,
    };
    const details = { scopes: scopes.join(' ') };
    const audit = {
      at: now,
      event: 'consent.given',
      accountId: account.id,
      clientId: client.id,
      journeyId: journey.id,
      details,
    } as const;
    return {
      account: { ...account, consents: { ...account.consents, [client.id]: given } },
      effects: { audit: [audit] },
    };
  });
  return advance((current) => ({ ...current, consentedUid: current.interactionUid }));
}

async function deny(context: StepContext): Promise<Outcome> {
  const { deps, client, journey } = context;
  const common = { at: deps.clock.now(), accountId: accountOf(context).id, clientId: client.id, journeyId: journey.id };
  await deps.storage.audit.append({ ...common, event: 'consent.denied', details: {} });
  return { kind: 'refuse', error: 'access_denied' };
}

/** Rung `consent`: what a third-party client may know. */
export const consent = defineStep({
  view: 'steps/consent',
  form: z.object({ answer: z.enum(['allow', 'deny']) }),
  show: (context) => {
    const { client, locale } = context;
    const { scopes, claims } = asked(context);
    return { client: client.name[locale], items: consentItemsOf(client, scopes, claims) };
  },
  submit: (context, { answer }) => (answer === 'allow' ? allow(context) : deny(context)),
});
