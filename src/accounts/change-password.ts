/**
 * The owner changes their password, signed in and with the present one typed once more (security R31): a session that
 * somebody else holds must not be enough. Whoever was signed in elsewhere is out (R32), and the mailbox is told.
 */
import type { Client } from '../config/schema.ts';
import type { Deps } from '../deps.ts';
import type { Locale } from '../http/locale.ts';
import type { FormError } from '../http/views.ts';
import type { BrowserHash, Instant } from '../ids.ts';
import { composeNotice } from '../notices/notice.ts';
import type { Change } from '../storage/ports.ts';
import type { Account, DeviceLook, StoredPassword } from './account.ts';
import { withPassword } from './account-rules.ts';
import { parseEmailAddress } from './email-address.ts';
import { countChoice, passwordContext, passwordErrors } from './password-form.ts';
import { type PasswordVerdict, provePassword } from './prove-password.ts';

type ChangeDeps = Deps & {
  /** Ends all sessions and tokens but the session in which this happens. */
  readonly endOtherSessions: () => Promise<void>;
};

export type PasswordChange = {
  readonly account: Account;
  /** When the password was set that the page spoke of; null = long ago, in an earlier system. */
  readonly shown: Instant | null;
  readonly presentPassword: string;
  readonly password: string;
  readonly client: Client;
  readonly locale: Locale;
  readonly browser: BrowserHash;
  readonly network: string;
  readonly where: DeviceLook;
};

export type PasswordChanged =
  | { readonly outcome: 'changed' }
  /** Somebody was faster, in another tab perhaps: nothing was changed here. */
  | { readonly outcome: 'changed-meanwhile' }
  | { readonly outcome: 'refused'; readonly errors: readonly FormError[] }
  | { readonly outcome: 'wait'; readonly seconds: number };

const refused = (...errors: readonly FormError[]): PasswordChanged => ({ outcome: 'refused', errors });

/** Counted and delayed as at the sign-in page: a hijacked session is no way around the limits. */
async function provePresent(deps: ChangeDeps, input: PasswordChange): Promise<PasswordVerdict> {
  const { account, presentPassword: password, browser, network, client } = input;
  const parsed = parseEmailAddress(account.email);
  if (!parsed.ok) return { verdict: 'wrong' };
  const { address } = parsed;
  const verdict = await provePassword(deps, {
    address,
    password,
    browser,
    network,
    clientId: client.id,
    journeyId: null,
  });
  // The address may have become somebody else's since this account was read.
  return verdict.verdict === 'right' && verdict.account.id !== account.id ? { verdict: 'wrong' } : verdict;
}

/** What is wrong with the form as it was typed: told before the present password is tried, which costs tries. */
async function typedErrors(deps: ChangeDeps, input: PasswordChange): Promise<readonly FormError[]> {
  const { account, presentPassword, password, client, locale } = input;
  const missing = { field: 'presentPassword', text: { key: 'error.present-password-required' } } as const;
  // Beside another field for a password, "type your password" would not say which.
  const empty = { field: 'password', text: { key: 'error.new-password-required' } } as const;
  const errors =
    password === '' ? [empty] : await passwordErrors(deps, password, passwordContext(deps, account, client, locale));
  return presentPassword === '' ? [missing, ...errors] : errors;
}

function changed(deps: ChangeDeps, account: Account, password: StoredPassword, input: PasswordChange): Change {
  const { client, where } = input;
  const at = deps.clock.now();
  const audit = {
    at,
    event: 'password.changed',
    accountId: account.id,
    clientId: client.id,
    journeyId: null,
    details: { forced: false },
  } as const;
  const notice = { message: 'password-changed', account, client, model: { at, where } } as const;
  return {
    account: withPassword(account, password, at),
    effects: { audit: [audit], mails: [composeNotice(deps, notice)] },
  };
}

/** @throws LimitReached when new passwords come faster than a person types them; HashingOverloaded. */
export async function changePassword(deps: ChangeDeps, input: PasswordChange): Promise<PasswordChanged> {
  const { account, shown, password } = input;
  await countChoice(deps, account.id);
  if (account.password === null || account.passwordSetAt !== shown) return { outcome: 'changed-meanwhile' };
  const errors = await typedErrors(deps, input);
  if (errors.length > 0) return refused(...errors);
  const proof = await provePresent(deps, input);
  if (proof.verdict === 'wait') return { outcome: 'wait', seconds: proof.seconds };
  if (proof.verdict === 'wrong')
    return refused({ field: 'presentPassword', text: { key: 'error.present-password-wrong' } });
  if (await deps.passwords.matches(account.password, password))
    return refused({ field: 'password', text: { key: 'error.password-same' } });
  const stored = await deps.passwords.hash(password);
  // Before as well as after: should we be killed in between, no old session outlives the change.
  await deps.endOtherSessions();
  const { outcome } = await deps.storage.accounts.update(account.id, (current) =>
    current.passwordSetAt === shown && current.password !== null ? changed(deps, current, stored, input) : null,
  );
  if (outcome !== 'updated') return { outcome: 'changed-meanwhile' };
  await deps.endOtherSessions();
  return { outcome: 'changed' };
}
