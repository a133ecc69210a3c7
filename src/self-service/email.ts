import { z } from 'zod';
import { addressAskedFor, dropAddressChange, requestAddressChange } from '../accounts/address-change.ts';
import { emailFingerprint } from '../accounts/email-address.ts';
import { readEmailField } from '../accounts/email-form.ts';
import { mayChangeAddress } from '../accounts/previous-addresses.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { mailInterval } from '../secrets/limits.ts';
import { type AccountContext, type AccountOutcome, defineAccountPage, wrong } from './account-page.ts';

const path = '/account/email';

async function ask(context: AccountContext, typed: string): Promise<AccountOutcome> {
  const { deps, account, locale, browser, network } = context;
  const read = readEmailField(typed);
  if (!read.ok) return wrong(read.error.field, read.error.text);
  const { address } = read;
  const fingerprint = emailFingerprint(deps.keyring, address);
  if (fingerprint === account.emailFingerprint) return wrong('email', { key: 'error.email-same' });
  if (!mayChangeAddress(account, deps.clock.now())) return wrong(null, { key: 'error.address-changed-often' });
  // A mail went out within the minute (a double click): it is on its way, so the same page is the truth.
  const asked = await addressAskedFor(deps, account.id);
  const repeated = asked?.emailFingerprint === fingerprint;
  if (repeated && (await mailInterval(deps, 'change-address', fingerprint)) !== null) return { kind: 'done', path };
  const wait = await requestAddressChange(deps, { account, address, locale, browser, network });
  return wait === null ? { kind: 'done', path } : mailLimitError(wait);
}

/** Another address for the account: asked for here, confirmed by the link that goes to it. */
export const email = defineAccountPage({
  path,
  view: 'account/email',
  fresh: true,
  section: {
    title: 'email.title',
    summary: ({ account }) => ({ key: 'email.current', params: { email: account.email } }),
  },
  form: z.discriminatedUnion('action', [
    z.object({ action: z.literal('ask'), email: z.string() }),
    z.object({ action: z.literal('drop') }),
  ]),
  show: async ({ deps, account }, typed) => {
    const asked = await addressAskedFor(deps, account.id);
    return {
      current: account.email,
      email: typed.email ?? '',
      asked: asked && { email: asked.email, validUntil: asked.validUntil },
    };
  },
  submit: async (context, input) => {
    if (input.action === 'ask') return ask(context, input.email);
    await dropAddressChange(context.deps, context.account.id);
    return { kind: 'done', path, done: 'address-change-dropped' };
  },
});
