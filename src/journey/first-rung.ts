import { type Rung, rungNames } from './next-step.ts';

/**
 * Reasons that leave the session's proofs usable: our own rungs, a session that another tab made meanwhile, and the
 * question of consent. Anything else (`login_prompt`, `max_age`, hints) demands that they be made again: an allow-list,
 * or `prompt=login` would be met with no page shown.
 */
const inheritable = new Set<string>([
  ...rungNames,
  'no_session',
  'consent_prompt',
  'op_scopes_missing',
  'op_claims_missing',
  'rs_scopes_missing',
]);

export function mayInherit(reasons: readonly string[]): boolean {
  return reasons.every((reason) => inheritable.has(reason));
}

/** Where a journey begins that has these reasons. */
export function firstRungOf(reasons: readonly string[]): Rung {
  const own = mayInherit(reasons) ? rungNames.find((rung) => reasons.includes(rung)) : 'sign-in';
  return own ?? (reasons.includes('no_session') ? 'sign-in' : 'consent');
}
