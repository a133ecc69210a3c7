import { z } from 'zod';
import { parseEmailAddress } from '../accounts/email-address.ts';
import { provePassword } from '../accounts/prove-password.ts';
import { settleIdentity } from '../identity/settle-identity.ts';
import { afterPassword } from '../journey/after-password.ts';
import { asAccount, shownEmail } from '../journey/journey-rules.ts';
import { advance, defineStep, type Outcome, retry, retryLater, type StepContext } from './step.ts';

const secondsAMinute = 60;

async function submitPassword(context: StepContext, password: string): Promise<Outcome> {
  const { deps, journey, client, browser, network, locale } = context;
  const parsed = parseEmailAddress(journey.email ?? '');
  if (!parsed.ok) return advance((current) => ({ ...current, door: 'sign-in' }));
  if (password === '') return retry('password', { key: 'error.password-required' });
  const verdict = await provePassword(deps, {
    address: parsed.address,
    password,
    browser,
    network,
    clientId: client.id,
    journeyId: journey.id,
  });
  if (verdict.verdict === 'wait') {
    const params = { minutes: Math.ceil(verdict.seconds / secondsAMinute) };
    return retryLater(null, { key: 'error.login-locked', params }, verdict.seconds);
  }
  if (verdict.verdict === 'wrong') return retry('password', { key: 'error.login-failed' });
  const { account } = verdict;
  const now = deps.clock.now();
  const after = await afterPassword(deps, {
    account,
    password,
    client,
    locale,
    journeyId: journey.id,
    mailboxJustProved: false,
  });
  const settled = await settleIdentity(context, account);
  return advance((current) => ({
    ...settled(asAccount(current, account.id)),
    passwordAt: now,
    weakPassword: after.weak,
    notice: null,
  }));
}

/** Rung `sign-in`, second page: the proof. One combined error for a wrong address and a wrong password. */
export const password = defineStep({
  view: 'steps/password',
  form: z.object({ password: z.string() }),
  show: ({ journey, signedInAs }) => ({
    email: shownEmail(journey),
    found: journey.emailFound,
    reauthentication: signedInAs !== null,
  }),
  submit: (context, input) => submitPassword(context, input.password),
});
