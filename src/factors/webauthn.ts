/**
 * The relying party of passkeys (Web Authentication Level 3): what the browser is asked, and whether what it answers was
 * signed by the authenticator for us. User verification is always required, so a passkey is two factors by itself.
 */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Config } from '../config/schema.ts';
import type { AccountId } from '../ids.ts';
import type { Passkey } from './factors.ts';

/** A quarter of a second and 25 MB, which only those pay who use passkeys. */
const library = () => import('@simplewebauthn/server');

type RelyingParty = Pick<Config, 'issuer' | 'operator' | 'lives'>;

const rpIdOf = ({ issuer }: RelyingParty): string => new URL(issuer).hostname;
const timeoutOf = ({ lives }: RelyingParty): number => lives.passkeyChallengeSeconds * 1_000;

/** EdDSA, ES256, RS256: what every authenticator has one of. */
const algorithms = [-8, -7, -257];

/** What authenticators call the user: the account's random id, 128 bits, nothing personal (§5.4.3). */
const userHandleOf = (id: AccountId): string => id;

/** The account an assertion speaks of; null = it tells none. The signature is yet to be checked. */
export function accountOfHandle(userHandle: string | undefined): AccountId | null {
  // A cast: looked up in the store, where there is such an account or none.
  return userHandle === undefined || userHandle === '' ? null : (userHandle as AccountId);
}

export type RegistrationOf = {
  readonly accountId: AccountId;
  /** Shown by authenticators, to tell accounts apart. */
  readonly email: string;
  readonly passkeys: readonly Passkey[];
};

export function registrationOptions(
  config: RelyingParty,
  { accountId, email, passkeys }: RegistrationOf,
  challenge: string,
): PublicKeyCredentialCreationOptionsJSON {
  return {
    challenge,
    rp: { id: rpIdOf(config), name: config.operator.name },
    user: { id: userHandleOf(accountId), name: email, displayName: email },
    pubKeyCredParams: algorithms.map((alg) => ({ alg, type: 'public-key' })),
    // Discoverable, so that it signs in without an address; no attestation, which would tell what device somebody has.
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
    excludeCredentials: descriptors(passkeys),
    timeout: timeoutOf(config),
  };
}

/** `passkeys`: empty = whichever the person picks. */
export function requestOptions(
  config: RelyingParty,
  passkeys: readonly Passkey[],
  challenge: string,
): PublicKeyCredentialRequestOptionsJSON {
  return {
    challenge,
    rpId: rpIdOf(config),
    allowCredentials: descriptors(passkeys),
    userVerification: 'required',
    timeout: timeoutOf(config),
  };
}

type Descriptor = NonNullable<PublicKeyCredentialRequestOptionsJSON['allowCredentials']>[number];

function descriptors(passkeys: readonly Passkey[]): Descriptor[] {
  return passkeys.map(({ id, transports }) => ({
    id,
    type: 'public-key',
    // A cast: as the browser named them; it passes over what it does not know.
    transports: [...transports] as NonNullable<Descriptor['transports']>,
  }));
}

/** The passkey that was made; null = the answer is not one to `challenge`, for us, with the user verified. */
export async function verifyRegistration(
  config: RelyingParty,
  response: RegistrationResponseJSON,
  challenge: string,
): Promise<Pick<Passkey, 'id' | 'publicKey' | 'signCount' | 'transports' | 'backedUp'> | null> {
  const { verifyRegistrationResponse } = await library();
  const result = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: new URL(config.issuer).origin,
    expectedRPID: rpIdOf(config),
    supportedAlgorithmIDs: algorithms,
  }).catch(() => null);
  if (result?.verified !== true) return null;
  const { credential, credentialBackedUp } = result.registrationInfo;
  return {
    id: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    signCount: credential.counter,
    transports: credential.transports ?? [],
    backedUp: credentialBackedUp,
  };
}

export type Assertion = { readonly signCount: number; readonly backedUp: boolean };

/**
 * What the authenticator signed; null = nothing for us, or not by this passkey. Its counter is for the account to judge:
 * the library would judge it before the signature, and anybody could then pass for a copy of the passkey.
 */
export async function verifyAssertion(
  config: RelyingParty,
  response: AuthenticationResponseJSON,
  challenge: string,
  passkey: Passkey,
): Promise<Assertion | null> {
  const { verifyAuthenticationResponse } = await library();
  const result = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: new URL(config.issuer).origin,
    expectedRPID: rpIdOf(config),
    credential: { id: passkey.id, publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')), counter: 0 },
  }).catch(() => null);
  if (result?.verified !== true) return null;
  const { newCounter, credentialBackedUp } = result.authenticationInfo;
  return { signCount: newCounter, backedUp: credentialBackedUp };
}

/** An authenticator that counts counts up (§6.1.1); synchronised passkeys do not count and always say 0. */
export function isCopy(passkey: Passkey, { signCount }: Assertion): boolean {
  return (signCount > 0 || passkey.signCount > 0) && signCount <= passkey.signCount;
}
