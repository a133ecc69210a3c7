/** Codes of an authenticator app: RFC 6238 as every such app knows it (SHA-1, six digits, 30 seconds). */
import type { Instant } from '../ids.ts';

const stepSeconds = 30;

/** Read when first wanted: most visits see no code of an app, and a start shall not wait for it. */
const otp = () => import('otplib/functional');

/** 160 random bits in base32, as apps take them. */
export async function newTotpSecret(): Promise<string> {
  return (await otp()).generateSecret({ length: 20 });
}

/** What the QR code says (Key URI Format). `issuer` and `label` are what the app shows. */
export async function otpauthUri(issuer: string, label: string, secret: string): Promise<string> {
  return (await otp()).generateURI({ issuer, label, secret });
}

/**
 * The time step that `code` (six digits) is of: the present one, or one before or behind it, since clocks differ. null =
 * of none. Whether that step was used before is for the account to say, in the change that uses it.
 */
export async function matchingStep(secret: string, code: string, now: Instant): Promise<number | null> {
  const epoch = Math.floor(now / 1_000);
  const result = await (await otp()).verify({ secret, token: code, epoch, epochTolerance: stepSeconds });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}
