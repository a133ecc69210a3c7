import { z } from 'zod';
import { maskEmail } from '../accounts/email-address.ts';
import { readEmailField } from '../accounts/email-form.ts';
import { passkeyOptions } from '../factors/passkey-options.ts';
import { provePasskey } from '../factors/prove-passkey.ts';
import type { SignInModel } from '../http/step-models.ts';
import { settleIdentity } from '../identity/settle-identity.ts';
import type { AccountId, Instant } from '../ids.ts';
import { asAccount, typedEmail, withTypedEmail } from '../journey/journey-rules.ts';
import { advance, defineStep, type Outcome, retry, retryLater, type StepContext } from './step.ts';

/** A passkey of another account than the browser is signed in to: who is who, and nothing changes until it is said. */
async function foreign({ deps, journey, signedInAs }: StepContext): Promise<SignInModel['foreign']> {
  if (journey.foreignPasskey === null || signedInAs === null) return null;
  const ids = [signedInAs, journey.foreignPasskey.accountId];
  const [here, other] = await Promise.all(ids.map((id) => deps.storage.accounts.byId(id)));
  return here && other ? { maskedEmail: maskEmail(here.email), otherEmail: maskEmail(other.email) } : null;
}

/** Goes on as this account, its person proved by a passkey. */
async function signInAs(context: StepContext, accountId: AccountId, at: Instant): Promise<Outcome> {
  const account = await context.deps.storage.accounts.byId(accountId);
  if (account === null) return advance((current) => ({ ...current, foreignPasskey: null }));
  const settled = await settleIdentity(context, account);
  const leftSession = context.signedInAs !== null && context.signedInAs !== accountId;
  return advance((current) => ({
    ...settled(asAccount(current, accountId)),
    factor: { at, method: 'hwk' },
    foreignPasskey: null,
    leftSession: current.leftSession || leftSession,
    notice: null,
  }));
}

async function submitPasskey(context: StepContext, credential: string): Promise<Outcome> {
  const { deps, client, journey, browser, network, look, signedInAs } = context;
  const attempt = { credential, use: 'sign-in', account: null, client, journeyId: journey.id } as const;
  const verdict = await provePasskey(deps, { ...attempt, browser, network, look });
  if (verdict.verdict === 'wait') {
    const params = { minutes: Math.ceil(verdict.seconds / 60) };
    return retryLater(null, { key: 'error.factor-wait', params }, verdict.seconds);
  }
  if (verdict.verdict === 'proved-already') return advance();
  if (verdict.verdict === 'refused') return retry(null, { key: 'error.passkey-refused' });
  const accountId = verdict.account.id;
  const at = deps.clock.now();
  if (signedInAs === null || signedInAs === accountId) return signInAs(context, accountId, at);
  return advance((current) => ({ ...current, foreignPasskey: { accountId, at }, door: 'sign-in', notice: null }));
}

async function switchAccount(context: StepContext): Promise<Outcome> {
  const { deps, journey } = context;
  const chosen = journey.foreignPasskey;
  const lifeMs = deps.config.lives.passkeyChallengeSeconds * 1_000;
  if (chosen === null || deps.clock.now() - chosen.at >= lifeMs)
    return advance((current) => ({ ...current, foreignPasskey: null }));
  return signInAs(context, chosen.accountId, chosen.at);
}

const form = z.union([
  z.object({ action: z.literal('passkey'), credential: z.string() }),
  z.object({ action: z.literal('switch') }),
  z.object({ action: z.literal('stay') }),
  z.object({ action: z.undefined().optional(), email: z.string() }),
]);

/**
 * Rung `sign-in`, first door: the address, or a passkey in place of address and password. Nothing on the page, in its
 * status or its timing tells whether an address has an account.
 */
export const signIn = defineStep({
  view: 'steps/sign-in',
  form,
  show: async (context, typed) => {
    const { journey, request, signedInAs, client, locale, journeyPath } = context;
    return {
      email: typed.email ?? (typedEmail(journey) || (request.loginHint ?? '')),
      clientNotice: client.notice?.[locale] ?? null,
      reauthentication: signedInAs !== null,
      notice: journey.notice,
      passkey: passkeyOptions(context),
      passkeyHref: `${journeyPath}/passkey/options`,
      foreign: await foreign(context),
    };
  },
  submit: async (context, input) => {
    if (input.action === 'passkey') return submitPasskey(context, input.credential);
    if (input.action === 'switch') return switchAccount(context);
    if (input.action === 'stay') return advance((current) => ({ ...current, foreignPasskey: null }));
    const read = readEmailField(input.email);
    if (!read.ok) return retry(read.error.field, read.error.text);
    return advance((journey) => ({
      ...withTypedEmail(journey, read.address.typed),
      door: 'password',
      notice: null,
    }));
  },
});
