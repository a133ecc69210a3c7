import { z } from 'zod';
import { startOver } from '../journey/journey-rules.ts';
import { accountOf, advance, defineStep } from './step.ts';

/** Rung `not-authorised`: not on the client's roster. Names whom to ask; says nothing about the roster itself. */
export const notAuthorised = defineStep({
  view: 'steps/not-authorised',
  form: z.object({ action: z.literal('other-account').optional() }),
  show: ({ client, locale, journey }) => ({ contact: client.roster?.contact[locale] ?? '', notice: journey.notice }),
  submit: async (context, { action }) => {
    if (action === 'other-account') return advance(startOver);
    const { deps, client, journey } = context;
    const accountId = accountOf(context).id;
    await deps.storage.audit.append({
      at: deps.clock.now(),
      event: 'roster.refused',
      accountId,
      clientId: client.id,
      journeyId: journey.id,
      details: { roster: client.roster?.id ?? '' },
    });
    // "Try again": the ladder is asked again, and the county may have listed the person meanwhile.
    return advance((current) => ({ ...current, notice: 'waiting' }));
  },
});
