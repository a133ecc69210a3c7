import { z } from 'zod';
import {
  type Asked,
  consentItemsOf,
  consentNeeded,
  decided,
  isWithin,
  mayLeaveOut,
  notGiven,
  undecided,
} from '../accounts/consent.ts';
import { consentValues } from '../accounts/consent-values.ts';
import type { ConsentChoice } from '../http/step-models.ts';
import type { ConsentItem } from '../http/views.ts';
import { accountOf, advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

/** What this page is about: what is new, or everything once more where the client says `prompt=consent`. */
function demanded({ request, client, journey, account }: StepContext): Asked {
  const needed = consentNeeded(client, request);
  const prompted = request.promptsConsent && journey.consentedUid !== journey.interactionUid;
  return prompted ? needed : undecided(needed, account?.consents[client.id], request.essentialClaims);
}

/** For the form, which brings back what the page spoke of: the names of scopes and claims hold none of these signs. */
const written = ({ scopes, claims }: Asked): string => `${scopes.join(' ')},${claims.join(' ')}`;

function read(shown: string): Asked {
  const [scopes = [], claims = []] = shown.split(',').map((words) => words.split(' ').filter(Boolean));
  return { scopes, claims };
}

/** Ticked at first: what gives consent is the button, and whoever has left something out finds it left out. */
function choiceOf({ request, client, account }: StepContext, item: ConsentItem): ConsentChoice {
  if (item === 'openid' || item === 'offline_access') return null;
  if (!mayLeaveOut(item, request.essentialClaims)) return 'needed';
  return account?.consents[client.id]?.leftOut?.includes(item) ? 'unticked' : 'ticked';
}

type Form = Readonly<Record<string, unknown>>;

/** What has its box on the page and came back without its tick: nobody consents by a box that was not there. */
const leftOutOf = ({ request }: StepContext, asked: Asked, form: Form): readonly ConsentItem[] =>
  consentItemsOf(asked).filter(
    (item) => mayLeaveOut(item, request.essentialClaims) && form[`tell-${item}`] === undefined,
  );

async function allow(context: StepContext, shown: Asked, form: Form): Promise<Outcome> {
  const { deps, client, journey } = context;
  const asked = demanded(context);
  // Withdrawn in another tab, or the client may have more by now: nobody allows what they did not see.
  if (!isWithin(asked, shown)) return retry(null, { key: 'error.consent-changed' });
  const now = deps.clock.now();
  const leftOut = leftOutOf(context, asked, form);
  await deps.storage.accounts.update(accountOf(context).id, (account) => {
    const given = decided(account.consents[client.id], asked, leftOut, now);
    const details = {
      scopes: asked.scopes.join(' '),
      claims: asked.claims.join(' '),
      ...(leftOut.length > 0 && { leftOut: leftOut.join(' ') }),
    };
    const common = { at: now, accountId: account.id, clientId: client.id, journeyId: journey.id } as const;
    return {
      account: { ...account, consents: { ...account.consents, [client.id]: given } },
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
  form: z.looseObject({ answer: z.enum(['allow', 'deny']), shown: z.string().max(1_000).default('') }),
  show: async (context) => {
    const { deps, client, locale } = context;
    const account = accountOf(context);
    const asked = demanded(context);
    const before = account.consents[client.id];
    const values = await consentValues(deps, { account, client, locale, asked });
    return {
      client: client.name[locale],
      more: before !== undefined && notGiven(asked, before).scopes.length === asked.scopes.length,
      items: values.map((value) => ({ ...value, choice: choiceOf(context, value.item) })),
      shown: written(asked),
    };
  },
  submit: (context, { answer, shown, ...form }) =>
    answer === 'allow' ? allow(context, read(shown), form) : deny(context),
});
