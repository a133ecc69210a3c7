import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import { type Asked, consentNeeded, isWithin, notGiven } from '../accounts/consent.ts';
import { consentValues } from '../accounts/consent-values.ts';
import { accountOf, advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

/** What this page is about: what is new, or everything once more where the client says `prompt=consent`. */
function demanded({ request, client, journey, account }: StepContext): Asked {
  const needed = consentNeeded(client, request);
  const prompted = request.promptsConsent && journey.consentedUid !== journey.interactionUid;
  return prompted ? needed : notGiven(needed, account?.consents[client.id]);
}

/** For the form, which brings back what the page spoke of: the names of scopes and claims hold none of these signs. */
const written = ({ scopes, claims }: Asked): string => `${scopes.join(' ')},${claims.join(' ')}`;

function read(shown: string): Asked {
  const [scopes = [], claims = []] = shown.split(',').map((words) => words.split(' ').filter(Boolean));
  return { scopes, claims };
}

/** Both; what was allowed elsewhere meanwhile stays allowed. */
function withConsent(account: Account, clientId: StepContext['client']['id'], asked: Asked, givenAt: number): Account {
  const before = account.consents[clientId];
  const given = {
    scopes: [...new Set([...(before?.scopes ?? []), ...asked.scopes])],
    claims: [...new Set([...(before?.claims ?? []), ...asked.claims])],
    givenAt,
  };
  return { ...account, consents: { ...account.consents, [clientId]: given } };
}

async function allow(context: StepContext, shown: Asked): Promise<Outcome> {
  const { deps, client, journey } = context;
  const asked = demanded(context);
  // Withdrawn in another tab, or the client may have more by now: nobody allows what they did not see.
  if (!isWithin(asked, shown)) return retry(null, { key: 'error.consent-changed' });
  const now = deps.clock.now();
  await deps.storage.accounts.update(accountOf(context).id, (account) => {
    const details = { scopes: asked.scopes.join(' '), claims: asked.claims.join(' ') };
    const common = { at: now, accountId: account.id, clientId: client.id, journeyId: journey.id } as const;
    return {
      account: withConsent(account, client.id, asked, now),
      effects: { audit: [{ ...common, event: 'consent.given', details }] },
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

/** Rung `consent`: what a third-party client may know, with the very values that it would be told. */
export const consent = defineStep({
  view: 'steps/consent',
  form: z.object({ answer: z.enum(['allow', 'deny']), shown: z.string().max(1_000).default('') }),
  show: async (context) => {
    const { deps, client, locale } = context;
    const account = accountOf(context);
    const asked = demanded(context);
    const before = account.consents[client.id];
    return {
      client: client.name[locale],
      more: before !== undefined && notGiven(asked, before).scopes.length === asked.scopes.length,
      items: await consentValues(deps, { account, client, locale, asked }),
      shown: written(asked),
    };
  },
  submit: (context, { answer, shown }) => (answer === 'allow' ? allow(context, read(shown)) : deny(context)),
});
