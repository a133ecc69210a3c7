import { z } from 'zod';
import { postponementOf, type TermsStanding, termsStanding } from '../accounts/terms.ts';
import { coarseNetwork } from '../http/device-look.ts';
import type { TermsUpdate } from '../http/step-models.ts';
import { accountOf, advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

type Shown = { readonly version: string; readonly hash: string };

function standingOf(context: StepContext): TermsStanding {
  const { deps, client } = context;
  const standing = termsStanding(deps.config, client, accountOf(context), deps.clock.now());
  if (standing === null) throw new Error('the terms page was reached for a client without terms');
  return standing;
}

/** Another version came into force, or the person switched language, since the page was shown: shown again. */
function isShown({ current }: TermsStanding, shown: Shown, { locale }: StepContext): boolean {
  return shown.version === current.version && shown.hash === current.texts[locale].hash;
}

async function accept(context: StepContext, shown: Shown): Promise<Outcome> {
  const { deps, client, locale, journey, network } = context;
  const standing = standingOf(context);
  if (!isShown(standing, shown, context)) return retry(null, { key: 'error.terms-changed' });
  const { id: termsId, version } = standing.current;
  const now = deps.clock.now();
  await deps.storage.accounts.update(accountOf(context).id, (account) => {
    if (account.terms[termsId]?.version === version) return null;
    const common = { accountId: account.id, clientId: client.id };
    const what = { termsId, version, locale, textHash: shown.hash, acceptedAt: now };
    // Half of the address: a region and a provider, not a household.
    const evidence = { ...common, ...what, network: coarseNetwork(network) };
    const details = { terms: termsId, version, locale };
    const audit = { ...common, at: now, event: 'terms.accepted', journeyId: journey.id, details } as const;
    return {
      account: { ...account, terms: { ...account.terms, [termsId]: { version, acceptedAt: now } } },
      effects: { evidence: [evidence], audit: [audit] },
    };
  });
  return advance((current) => ({ ...current, termsDeclined: false }));
}

/** Nothing of it is on the account: the next sign-in asks again, and so does the first moment after the last day. */
async function postpone(context: StepContext, shown: Shown): Promise<Outcome> {
  const standing = standingOf(context);
  const { current, demand, decideBy } = standing;
  if (!isShown(standing, shown, context)) return retry(null, { key: 'error.terms-changed' });
  if (demand !== 'postponable') return retry(null, { key: 'error.terms-due' });
  await record(context, 'terms.postponed', { terms: current.id, version: current.version, until: decideBy });
  return advance((journey) => ({ ...journey, termsDeclined: false, termsPostponed: postponementOf(current) }));
}

async function decline(context: StepContext): Promise<Outcome> {
  const { id: terms, version } = standingOf(context).current;
  await record(context, 'terms.declined', { terms, version });
  return advance((current) => ({ ...current, termsDeclined: true }));
}

function record(
  context: StepContext,
  event: 'terms.postponed' | 'terms.declined',
  details: Readonly<Record<string, string | null>>,
): Promise<void> {
  const { deps, client, journey } = context;
  const common = { at: deps.clock.now(), accountId: accountOf(context).id, clientId: client.id, journeyId: journey.id };
  return deps.storage.audit.append({ ...common, event, details });
}

/** What is told to somebody who accepted an earlier version; null = they never accepted any. */
function updateOf(context: StepContext, { current, newer, decideBy }: TermsStanding): TermsUpdate | null {
  if (accountOf(context).terms[current.id] === undefined) return null;
  const since = newer.find(({ change }) => change === 'major')?.date ?? current.date;
  const summaries = newer.flatMap(({ version, date, texts }) => {
    const { summary } = texts[context.locale];
    return summary === null ? [] : [{ version, date, text: summary }];
  });
  return { since, decideBy, summaries };
}

/** Rung `terms`: the client's terms of use; what is accepted is kept as evidence of the very text that was shown. */
export const terms = defineStep({
  view: 'steps/terms',
  form: z.object({
    answer: z.enum(['accept', 'later', 'decline', 'back']),
    version: z.string().optional(),
    hash: z.string().optional(),
  }),
  show: (context) => {
    const standing = standingOf(context);
    const { version, date, texts } = standing.current;
    const { markdown: text, hash } = texts[context.locale];
    if (context.journey.termsDeclined) return { state: 'declined', version, hash, decideBy: standing.decideBy };
    return { state: 'ask', version, date, text, hash, update: updateOf(context, standing) };
  },
  submit: async (context, { answer, version = '', hash = '' }) => {
    if (answer === 'decline') return decline(context);
    if (answer === 'back') return advance((current) => ({ ...current, termsDeclined: false }));
    if (answer === 'later') return postpone(context, { version, hash });
    return context.journey.termsDeclined ? advance() : accept(context, { version, hash });
  },
});
