import { z } from 'zod';
import { countChoice, passwordContext, passwordErrors, passwordRulesModel } from '../accounts/password-form.ts';
import { storeWaitingPassword } from '../accounts/waiting-password.ts';
import { withStoredPassword } from '../journey/journey-rules.ts';
import { nextStep, type Rung } from '../journey/next-step.ts';
import { accountOf, advance, defineStep, type Outcome, retry, type StepContext } from './step.ts';

const proofRungs: readonly Rung[] = ['strong-auth', 'not-authorised', 'email-code', 'link-eid'];

/** Asked of the ladder itself, as if the change were made: is a proof still demanded after it? */
function proofDemanded({ facts }: StepContext): boolean {
  const account = facts.account && { ...facts.account, mustChangePassword: false };
  const decision = nextStep({ ...facts, account, journey: { ...facts.journey, passwordTooWeak: false } });
  return decision.kind === 'page' && proofRungs.includes(decision.rung);
}

async function choose(context: StepContext, password: string): Promise<Outcome> {
  const { deps, client, locale, journey, look: where } = context;
  const account = accountOf(context);
  await countChoice(deps, account.id);
  const errors = await passwordErrors(deps, password, passwordContext(deps, account, client, locale));
  if (errors.length > 0) return { kind: 'retry', status: 422, errors };
  if (account.password && (await deps.passwords.matches(account.password, password))) {
    return retry('password', { key: 'error.password-same' });
  }
  const newPassword = await deps.passwords.hash(password);
  // Waits in the journey for the last demanded proof; abandoned, nothing has changed (decisions.md §1).
  if (proofDemanded(context)) return advance((current) => ({ ...current, newPassword, weakPassword: null }));
  const waiting = { newPassword, client, journeyId: journey.id, where };
  // Changed elsewhere meanwhile: then that one counts, and is asked for.
  if (!(await storeWaitingPassword(deps, account, waiting))) return advance();
  return advance((current) => ({ ...withStoredPassword(current, deps.clock.now()), weakPassword: null }));
}

/** Rung `new-password`: the typed password breaks today's rules, or a new one was ordered. Nothing is asked twice. */
export const newPassword = defineStep({
  view: 'steps/new-password',
  form: z.object({ password: z.string() }),
  show: (context) => {
    const { deps, client, locale, journey } = context;
    const account = accountOf(context);
    return {
      email: account.email,
      reason: journey.weakPassword !== null ? 'weak' : 'ordered',
      rules: passwordRulesModel(deps, passwordContext(deps, account, client, locale)),
    };
  },
  submit: (context, input) => choose(context, input.password),
});
