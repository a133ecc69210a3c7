import { z } from 'zod';
import type { Account } from '../accounts/account.ts';
import { withWaitingPassword } from '../accounts/waiting-password.ts';
import { mailLimitError } from '../http/limit-texts.ts';
import { withStoredPassword } from '../journey/journey-rules.ts';
import { composeMail } from '../mail/messages.ts';
import { composeNotice } from '../notices/notice.ts';
import {
  type CodeVerdict,
  challengeOpen,
  isBoundTo,
  type NewChallenge,
  resendCode,
  startChallenge,
  tryCode,
} from '../secrets/codes.ts';
import { codeWasWrong, mailWait, wrongCodesWait } from '../secrets/limits.ts';
import { accountOf, advance, defineStep, type Outcome, retry, retryLater, type StepContext } from './step.ts';

const isLinking = ({ facts }: StepContext): boolean => facts.account?.linked === false;

function bindingOf(context: StepContext): NewChallenge {
  const { journey, browser } = context;
  return {
    journeyId: journey.id,
    browser,
    accountId: accountOf(context).id,
    purpose: isLinking(context) ? 'link' : 'sign-in',
  };
}

async function mailCode(context: StepContext, code: string, validUntil: number): Promise<void> {
  const { deps, client, locale, journey } = context;
  const { id: accountId, email: to, emailFingerprint } = accountOf(context);
  const model = { code, validUntil, linking: isLinking(context) };
  const mail = composeMail(deps, {
    message: 'code',
    model,
    to,
    emailFingerprint,
    accountId,
    client,
    locale,
    expiresAt: validUntil,
  });
  const audit = {
    at: deps.clock.now(),
    event: 'email-code.sent',
    accountId,
    clientId: client.id,
    journeyId: journey.id,
    details: {},
  } as const;
  await deps.storage.outbox.add([mail], [audit]);
}

/** The challenge this journey may answer now, if there is one. */
async function openChallenge(context: StepContext): Promise<string | null> {
  const { deps, journey } = context;
  const challenge = journey.challengeId && (await deps.storage.challenges.get(journey.challengeId));
  if (!challenge || !isBoundTo(challenge, bindingOf(context))) return null;
  return challengeOpen(challenge, deps.config, deps.clock.now()) ? journey.challengeId : null;
}

async function sendFirst(context: StepContext): Promise<Outcome> {
  const { deps, network } = context;
  const blocked = (await wrongCodesWait(deps, accountOf(context).id)) ?? null;
  if (blocked !== null) return tooManyWrong(blocked);
  const wait = await mailWait(deps, 'code', accountOf(context).emailFingerprint, network);
  if (wait !== null) return mailLimitError(wait);
  const { id, code, validUntil } = await startChallenge(deps, bindingOf(context));
  await mailCode(context, code, validUntil);
  const resent = context.journey.challengeId !== null;
  return advance((current) => ({ ...current, challengeId: id, notice: resent ? 'resent' : null }));
}

/** A new code in the open challenge; a new challenge where that one is used up or over. */
async function resend(context: StepContext): Promise<Outcome> {
  const { deps, network } = context;
  const challengeId = await openChallenge(context);
  if (challengeId === null) return sendFirst(context);
  const wait = await mailWait(deps, 'code', accountOf(context).emailFingerprint, network);
  if (wait !== null) return mailLimitError(wait);
  const next = await resendCode(deps, challengeId);
  if (next === null) return mailLimitError(deps.config.limits.codes.resendIntervalSeconds);
  await mailCode(context, next.code, next.validUntil);
  return advance((current) => ({ ...current, notice: 'resent' }));
}

function tooManyWrong(seconds: number): Outcome {
  return retryLater(null, { key: 'error.code-limit', params: { hours: Math.ceil(seconds / 3600) } }, seconds);
}

async function proved(context: StepContext): Promise<Outcome> {
  const { deps, journey, client, look: where } = context;
  const now = deps.clock.now();
  const waiting = { newPassword: journey.newPassword, client, journeyId: journey.id, where };
  // The last demanded proof of an account that is linked already; an unlinked one still has the linking before it.
  const lastProof = !isLinking(context);
  await deps.storage.accounts.update(accountOf(context).id, (account: Account) => {
    const common = { at: now, accountId: account.id, clientId: client.id, journeyId: journey.id, details: {} };
    const proof = { ...common, event: 'email-code.proved' } as const;
    // An imported account is active from its first proved mailbox: no later activation link may set a password on it.
    const activation = { ...common, event: 'account.activated' } as const;
    const change = {
      account: { ...account, codeProvedAt: now, owedCode: null, activatedAt: account.activatedAt ?? now },
      effects: { audit: account.activatedAt === null ? [proof, activation] : [proof] },
    };
    return lastProof ? withWaitingPassword(deps, change, waiting, now) : change;
  });
  return advance((current) => {
    const stored = lastProof && current.newPassword !== null;
    return { ...(stored ? withStoredPassword(current, now) : current), codeAt: now, notice: null };
  });
}

async function wrong(
  context: StepContext,
  verdict: Exclude<CodeVerdict, { verdict: 'right' | 'proved-already' }>,
): Promise<Outcome> {
  const { deps, client, journey, look: where } = context;
  const account = accountOf(context);
  const at = deps.clock.now();
  const common = { at, accountId: account.id, clientId: client.id, journeyId: journey.id };
  const audit = { ...common, event: 'email-code.refused', details: { verdict: verdict.verdict } } as const;
  // Whoever guesses codes has the password: the owner is told when the guessing is stopped for the day.
  const pauses = verdict.verdict !== 'expired' && (await codeWasWrong(deps, account.id));
  const notice = { message: 'codes-paused', account, client, model: { at, where } } as const;
  await (pauses ? deps.storage.outbox.add([composeNotice(deps, notice)], [audit]) : deps.storage.audit.append(audit));
  if (verdict.verdict === 'expired') return retry('code', { key: 'error.code-expired' });
  if (verdict.verdict === 'exhausted') return retry('code', { key: 'error.code-too-many' });
  return retry('code', { key: 'error.code-wrong', params: { count: verdict.triesLeft } });
}

async function submitCode(context: StepContext, typed: string): Promise<Outcome> {
  const { deps, journey } = context;
  // People copy codes with spaces and dashes around or inside them.
  const code = typed.replace(/[\s\-‐-―−]/gu, '');
  if (code === '') return retry('code', { key: 'error.code-required' });
  if (!/^\d{6}$/.test(code)) return retry('code', { key: 'error.code-format' });
  const blocked = await wrongCodesWait(deps, accountOf(context).id);
  if (blocked !== null) return tooManyWrong(blocked);
  if (journey.challengeId === null) return retry('code', { key: 'error.code-expired' });
  const verdict = await tryCode(deps, journey.challengeId, bindingOf(context), code);
  if (verdict.verdict === 'proved-already') return advance();
  return verdict.verdict === 'right' ? proved(context) : wrong(context, verdict);
}

/** Rung `email-code`: the six-digit code by e-mail. The runner calls `enter` when the ladder leads here, which sends the first code. */
export const emailCode = {
  ...defineStep({
    view: 'steps/email-code',
    form: z.object({ code: z.string().optional(), action: z.literal('resend').optional() }),
    show: (context) => ({
      email: accountOf(context).email,
      validMs: context.deps.config.lives.emailedCodeSeconds * 1000,
      linking: isLinking(context),
      notice: context.journey.notice,
    }),
    submit: (context, { code, action }) => (action === 'resend' ? resend(context) : submitCode(context, code ?? '')),
  }),
  /** Sends a code unless one can still be typed. */
  enter: async (context: StepContext): Promise<Outcome | null> =>
    (await openChallenge(context)) === null && context.journey.challengeId === null ? sendFirst(context) : null,
};
