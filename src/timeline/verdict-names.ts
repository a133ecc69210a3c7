import type { Instant } from '../ids.ts';

/** Each with its words in views/texts, `timeline.verdict.<name>`. */
export type VerdictName =
  // Whatever the person does.
  | 'barred'
  | 'deletion-asked'
  | 'password-waits'
  | 'codes-wait'
  | 'factor-waits'
  | 'not-listed'
  | 'listed-since'
  // What a mail did not do.
  | 'mailbox-missing'
  | 'mail-refused'
  | 'mail-expired'
  | 'mail-waiting'
  | 'mail-exists'
  | 'mail-no-account'
  | 'link-not-opened'
  | 'link-opened-by-program'
  | 'link-not-used'
  | 'link-form-unfinished'
  | 'link-dead'
  // How far they came.
  | 'password-wrong'
  | 'password-delayed'
  | 'address-unknown'
  | 'other-address'
  | 'identification-failed'
  | 'identification-not-begun'
  | 'left-for-bank'
  | 'mismatch'
  | 'conflict'
  | 'link-declined'
  | 'code-not-typed'
  | 'code-wrong'
  | 'factor-wrong'
  | 'factor-not-shown'
  | 'terms-declined'
  | 'consent-denied'
  | 'stands-at'
  | 'error-shown'
  | 'cancelled'
  | 'left-halfway'
  // Nothing stands in the way.
  | 'no-account'
  | 'never-activated'
  | 'no-password'
  | 'never-signed-in'
  | 'all-well'
  /** Of a reference or an address that nothing is known of. */
  | 'nothing-known';

export type Verdict = {
  readonly name: VerdictName;
  /** The moment that the words name. */
  readonly at: Instant | null;
  /** What else they name: `count`; `code`; `mail` (its name), `page` (its rung) and `service` (its client). */
  readonly params: Readonly<Record<string, string | number>>;
};
