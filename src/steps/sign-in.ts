import { z } from 'zod';
import { readEmailField } from '../accounts/email-form.ts';
import { advance, defineStep, retry } from './step.ts';

/** Rung `sign-in`, first door: the address. Nothing on the page, in its status or its timing tells whether it has an account. */
export const signIn = defineStep({
  view: 'steps/sign-in',
  form: z.object({ email: z.string() }),
  show: ({ journey, request, reauthentication, client, locale }, typed) => ({
    email: typed.email ?? journey.email ?? request.loginHint ?? '',
    clientNotice: client.notice?.[locale] ?? null,
    reauthentication,
    notice: journey.notice,
  }),
  submit: async (_context, { email }) => {
    const read = readEmailField(email);
    if (!read.ok) return retry(read.error.field, read.error.text);
    return advance((journey) => ({ ...journey, email: read.address.typed, door: 'password', notice: null }));
  },
});
