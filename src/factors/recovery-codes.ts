/** Recovery codes: ten one-time codes on paper, for the day when the other factors are out of reach. */
import type { Account } from '../accounts/account.ts';
import type { Deps } from '../deps.ts';
import type { AccountId, Instant } from '../ids.ts';
import type { Keyring } from '../secrets/sealing.ts';
import type { Factors } from './factors.ts';

const howMany = 10;
const characters = 10;
/** From so few on the person is told to make new ones. */
export const fewCodes = 3;

/** Crockford's base 32: nothing that is read for something else. Fifty bits a code, so guessing is no way. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export type MadeCodes = {
  /** As shown, `XXXXX-XXXXX`. */
  readonly codes: readonly string[];
  readonly stored: NonNullable<Factors['recoveryCodes']>;
};

/** MACs under a key that is not in the database, of code and account together. */
const macOf = (keyring: Pick<Keyring, 'mac'>, id: AccountId, code: string): string =>
  keyring.mac('recovery-code', id, code);

export function makeRecoveryCodes(
  { keyring, random }: Pick<Deps, 'keyring' | 'random'>,
  id: AccountId,
  now: Instant,
): MadeCodes {
  const codes = Array.from({ length: howMany }, () =>
    [...random.bytes(characters)].map((byte) => alphabet[byte & 31]).join(''),
  );
  return {
    codes: codes.map((code) => `${code.slice(0, characters / 2)}-${code.slice(characters / 2)}`),
    stored: { macs: codes.map((code) => macOf(keyring, id, code)), madeAt: now },
  };
}

/** What was meant: people leave out the dash, add spaces, and write O for 0. null = it can be none. */
export function recoveryCodeOf(typed: string): string | null {
  const code = typed
    .toUpperCase()
    .replace(/[\s\-‐-―−]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return code.length === characters && [...code].every((one) => alphabet.includes(one)) ? code : null;
}

/** The account without this code; null = it is none of its codes, or used. Pure: of two at once the store lets one win. */
export function withoutRecoveryCode(keyring: Pick<Keyring, 'mac'>, account: Account, code: string): Account | null {
  const { recoveryCodes } = account.factors;
  // MACs under a key the guesser has not: their comparison's timing tells nothing about the code.
  const mac = macOf(keyring, account.id, code);
  if (!recoveryCodes?.macs.includes(mac)) return null;
  const macs = recoveryCodes.macs.filter((one) => one !== mac);
  return { ...account, factors: { ...account.factors, recoveryCodes: { ...recoveryCodes, macs } } };
}

export const codesLeft = ({ recoveryCodes }: Factors): number => recoveryCodes?.macs.length ?? 0;
