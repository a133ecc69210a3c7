import { z } from 'zod';
import { hasSecondFactor } from '../factors/factor-rules.ts';
import { passkeyOptions } from '../factors/passkey-options.ts';
import { type CodeVerdict, proveCode, type TypedCode } from '../factors/prove-code.ts';
import { provePasskey } from '../factors/prove-passkey.ts';
import { codesLeft, recoveryCodeOf } from '../factors/recovery-codes.ts';
import type { SecondFactorModel } from '../http/step-models.ts';
import { accountOf, advance, defineStep, type Outcome, retry, retryLater, type StepContext } from './step.ts';

function model(context: StepContext): SecondFactorModel {
  const { factors, identity } = accountOf(context);
  return {
    authenticator: factors.authenticator !== null,
    passkey: factors.passkeys.length > 0 ? passkeyOptions(context) : null,
    passkeyHref: `${context.journeyPath}/passkey/options`,
    recovery: codesLeft(factors) > 0,
    identification: identity !== null,
  };
}

function tooMany(seconds: number): Outcome {
  return retryLater(null, { key: 'error.factor-wait', params: { minutes: Math.ceil(seconds / 60) } }, seconds);
}

const proved = ({ deps }: StepContext, method: 'otp' | 'recovery' | 'hwk'): Outcome => {
  const at = deps.clock.now();
  return advance((current) => ({ ...current, factor: { at, method }, factorLost: false }));
};

function told(context: StepContext, verdict: CodeVerdict, { kind }: TypedCode): Outcome {
  if (verdict.verdict === 'right') return proved(context, kind);
  if (verdict.verdict === 'proved-already') return advance();
  if (verdict.verdict === 'wait') return tooMany(verdict.seconds);
  return kind === 'otp'
    ? retry('code', { key: 'error.factor-code-wrong' })
    : retry('recoveryCode', { key: 'error.recovery-code-wrong' });
}

async function submitCode(context: StepContext, typed: TypedCode): Promise<Outcome> {
  const { deps, client, journey, look } = context;
  const proof = { account: accountOf(context), client, journeyId: journey.id, look };
  return told(context, await proveCode(deps, proof, typed), typed);
}

async function submitOtp(context: StepContext, typed: string): Promise<Outcome> {
  // People copy codes with spaces and dashes around or inside them.
  const code = typed.replace(/[\s\-‐-―−]/gu, '');
  if (code === '') return retry('code', { key: 'error.factor-code-required' });
  if (!/^\d{6}$/.test(code)) return retry('code', { key: 'error.factor-code-format' });
  return submitCode(context, { kind: 'otp', code });
}

async function submitRecovery(context: StepContext, typed: string): Promise<Outcome> {
  if (typed.trim() === '') return retry('recoveryCode', { key: 'error.recovery-code-required' });
  const code = recoveryCodeOf(typed);
  return code === null
    ? retry('recoveryCode', { key: 'error.recovery-code-wrong' })
    : submitCode(context, { kind: 'recovery', code });
}

async function submitPasskey(context: StepContext, credential: string): Promise<Outcome> {
  const { deps, client, journey, browser, network, look } = context;
  const attempt = {
    credential,
    use: 'second-factor',
    account: accountOf(context),
    client,
    journeyId: journey.id,
  } as const;
  const verdict = await provePasskey(deps, { ...attempt, browser, network, look });
  if (verdict.verdict === 'right') return proved(context, 'hwk');
  if (verdict.verdict === 'proved-already') return advance();
  return verdict.verdict === 'wait' ? tooMany(verdict.seconds) : retry(null, { key: 'error.passkey-refused' });
}

/** None is at hand: the linked person identifies instead, which the ladder asks for from now on. */
async function lost(context: StepContext): Promise<Outcome> {
  const { deps, client, journey } = context;
  const account = accountOf(context);
  // Who has no identity linked has nobody to compare with: anybody's bank would do.
  if (account.identity === null || !hasSecondFactor(account)) return advance();
  const common = { accountId: account.id, clientId: client.id, journeyId: journey.id };
  await deps.storage.audit.append({ ...common, at: deps.clock.now(), event: 'factor.lost', details: {} });
  return advance((current) => ({ ...current, factorLost: true }));
}

const form = z.union([
  z.object({ action: z.literal('passkey'), credential: z.string() }),
  z.object({ action: z.literal('lost') }),
  z.object({ action: z.undefined().optional(), recoveryCode: z.string() }),
  z.object({ action: z.undefined().optional(), code: z.string() }),
]);

/** Rung `second-factor`: a code of the app, a passkey, a recovery code; or identification, where none is at hand. */
export const secondFactor = defineStep({
  view: 'steps/second-factor',
  form,
  show: model,
  submit: async (context, input) => {
    if (input.action === 'lost') return lost(context);
    if (input.action === 'passkey') return submitPasskey(context, input.credential);
    return 'code' in input ? submitOtp(context, input.code) : submitRecovery(context, input.recoveryCode);
  },
});
