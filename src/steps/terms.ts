import { z } from 'zod';
import { currentTerms } from '../accounts/terms.ts';
import { accountOf, advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

type Shown = { readonly version: string; readonly hash: string };

function termsOf({ deps, client }: StepContext) {
  const terms = currentTerms(deps.config, client, deps.clock.now());
  if (terms === null) throw new Error('the terms page was reached for a client without terms');
  return terms;
}

async function accept(context: StepContext, shown: Shown): Promise<Outcome> {
  const { deps, client, locale, journey } = context;
  const terms = termsOf(context);
  // Another version came into force, or the person switched language, since the page was shown: shown again.
  if (shown.version !== terms.version || shown.hash !== terms.texts[locale].hash) {
    return retry(null, { key: 'error.terms-changed' });
  }
  const now = deps.clock.now();
  await deps.storage.accounts.update(accountOf(context).id, (account) => {
    if (account.terms[terms.id]?.version === terms.version) return null;
    const accepted = { version: terms.version, acceptedAt: now };
    const common = { accountId: account.id, clientId: client.id };
    const evidence = {
      ...common,
      termsId: terms.id,
      version: terms.version,
      locale,
      textHash: shown.hash,
      acceptedAt: now,
    };
    const details = { terms: terms.id, version: terms.version, locale };
    const audit = { ...common, at: now, event: 'terms.accepted', journeyId: journey.id, details } as const;
    return {
      account: { ...account, terms: { ...account.terms, [terms.id]: accepted } },
      effects: { evidence: [evidence], audit: [audit] },
    };
  });
  return advance((current) => ({ ...current, termsDeclined: false }));
}

async function decline(context: StepContext): Promise<Outcome> {
  const { deps, client, journey } = context;
  const common = { at: deps.clock.now(), accountId: accountOf(context).id, clientId: client.id, journeyId: journey.id };
  await deps.storage.audit.append({ ...common, event: 'terms.declined', details: { terms: client.terms } });
  return advance((current) => ({ ...current, termsDeclined: true }));
}

/** Rung `terms`: the client's terms of use; version, language, text hash, time and client are kept as evidence. */
export const terms = defineStep({
  view: 'steps/terms',
  form: z.object({
    answer: z.enum(['accept', 'decline', 'back']),
    version: z.string().optional(),
    hash: z.string().optional(),
  }),
  show: (context) => {
    if (context.journey.termsDeclined) return { state: 'declined' };
    const { id, version, date, texts } = termsOf(context);
    const { markdown: text, hash } = texts[context.locale];
    return { state: 'ask', version, date, text, hash, updated: accountOf(context).terms[id] !== undefined };
  },
  submit: async (context, { answer, version = '', hash = '' }) => {
    if (answer === 'decline') return decline(context);
    if (answer === 'back') return advance((current) => ({ ...current, termsDeclined: false }));
    return context.journey.termsDeclined ? advance() : accept(context, { version, hash });
  },
});
