import { z } from 'zod';
import { startOver } from '../journey/journey-rules.ts';
import { advance, defineStep } from './step.ts';

/** Rung `account-closed`: told only to somebody who proved to be the account's owner, and without the reason. */
export const accountClosed = defineStep({
  view: 'steps/account-closed',
  form: z.object({ action: z.literal('other-account') }),
  show: () => ({}),
  submit: async () => advance(startOver),
});
