import { nextStep } from '../journey/next-step.ts';
import type { StepContext } from '../steps/step.ts';
import { newChallenge } from './passkey-challenge.ts';
import { passkeyScope } from './prove-passkey.ts';
import { requestOptions } from './webauthn.ts';

/** What a passkey proves where the journey stands, by the ladder: who somebody is, or a second factor; null = nothing now. */
export function passkeyUse(context: StepContext): 'sign-in' | 'second-factor' | null {
  const decision = nextStep(context.facts);
  if (decision.kind !== 'page') return null;
  return decision.rung === 'sign-in' || decision.rung === 'second-factor' ? decision.rung : null;
}

/** JSON for the authenticator, with a challenge of its own each time; nothing is stored. null = none is wanted now. */
export function passkeyOptions(context: StepContext): string | null {
  const { deps, browser, journey } = context;
  const use = passkeyUse(context);
  if (use === null) return null;
  const account = use === 'second-factor' ? context.account : null;
  const challenge = newChallenge(deps, passkeyScope({ use, account, browser, journeyId: journey.id }));
  return JSON.stringify(requestOptions(deps.config, account?.factors.passkeys ?? [], challenge));
}
