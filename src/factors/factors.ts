/**
 * Second factors: an authenticator app, passkeys, recovery codes (journey.md §6). Here: what an account has (factors.ts,
 * types only: the account's document names them), what follows from it (factor-rules.ts, pure), each kind by itself
 * (totp.ts, recovery-codes.ts, passkey-challenge.ts, webauthn.ts), how one is proved (prove-code.ts, prove-passkey.ts)
 * and how they are added and removed (change-factors.ts, enrolment.ts). The pages are steps/second-factor.ts,
 * steps/sign-in.ts and self-service/.
 *
 * Promises: a code, a recovery code and a challenge work once, whoever is faster; secrets rest sealed or as keyed MACs;
 * wrong codes are counted per account; nothing here ever is the only way in.
 */
import type { Instant } from '../ids.ts';

/** An authenticator app (RFC 6238). */
export type Authenticator = {
  /** The shared secret, sealed under the account's data key. */
  readonly sealedSecret: string;
  readonly addedAt: Instant;
  /** The time step of the last code taken: it and what came before it are refused (RFC 6238 5.2). */
  readonly lastStep: number;
};

/** A passkey: a discoverable WebAuthn credential (Web Authentication Level 3). */
export type Passkey = {
  /** Credential id, base64url. */
  readonly id: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly signCount: number;
  readonly transports: readonly string[];
  /** Given by the person, to tell it from others. */
  readonly name: string;
  /** It may be on several devices of the person (synchronised). */
  readonly backedUp: boolean;
  readonly addedAt: Instant;
  readonly lastUsedAt: Instant | null;
};

export type Factors = {
  readonly authenticator: Authenticator | null;
  readonly passkeys: readonly Passkey[];
  /** MACs of the codes not yet used; null = none were made. */
  readonly recoveryCodes: { readonly macs: readonly string[]; readonly madeAt: Instant } | null;
  /** The person wants a second factor at every sign-in with the password. */
  readonly always: boolean;
};

export const noFactors: Factors = { authenticator: null, passkeys: [], recoveryCodes: null, always: false };
