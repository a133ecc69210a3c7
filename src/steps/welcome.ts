import { z } from 'zod';
import { accountOf, advance, defineStep } from './step.ts';

/** Rung `welcome`: shown once, at first activation; its button finishes the request. */
export const welcome = defineStep({
  view: 'steps/welcome',
  form: z.object({}),
  show: ({ client }) => ({ termsHref: client.terms === null ? null : `/terms/${client.id}` }),
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
