import { z } from 'zod';
import { termsHref } from '../accounts/accepted-terms.ts';
import { accountOf, advance, defineStep } from './step.ts';

/** Rung `welcome`: shown once, at first activation; its button finishes the request. */
export const welcome = defineStep({
  view: 'steps/welcome',
  form: z.object({}),
  show: ({ client, account }) => {
    const accepted = client.terms === null ? undefined : account?.terms[client.terms];
    return { termsHref: accepted ? termsHref(client.id, accepted.version) : null };
  },
  submit: async (context) => {
    const { deps, client, journey } = context;
    const now = deps.clock.now();
    await deps.storage.accounts.update(accountOf(context).id, (account) => {
      if (account.greetedAt !== null) return null;
      const common = { accountId: account.id, clientId: client.id, journeyId: journey.id };
      const audit = { ...common, at: now, event: 'welcome.greeted', details: {} } as const;
      return { account: { ...account, greetedAt: now }, effects: { audit: [audit] } };
    });
    return advance();
  },
});
