/** What the page's script sends of a passkey: JSON in a form's field, from whoever likes to send one. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';

const bytes = z.base64url().max(12_000);
const common = { id: bytes.min(1), rawId: bytes, type: z.literal('public-key') };

const assertionSchema = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.optional(),
  }),
});

const registrationSchema = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z.array(z.string().max(32)).max(8).optional(),
  }),
});

/** null = it cannot be one. */
export function readAssertion(json: string): AuthenticationResponseJSON | null {
  const read = assertionSchema.safeParse(jsonOf(json));
  // A cast: of a set with more fields the library reads these; none is undefined that is there.
  return read.success ? ({ ...read.data, clientExtensionResults: {} } as AuthenticationResponseJSON) : null;
}

export function readRegistration(json: string): RegistrationResponseJSON | null {
  const read = registrationSchema.safeParse(jsonOf(json));
  // A cast, as above.
  return read.success ? ({ ...read.data, clientExtensionResults: {} } as RegistrationResponseJSON) : null;
}

/** The challenge that was signed, as the browser says; null = it says none. */
export function challengeOf({ response }: { readonly response: { readonly clientDataJSON: string } }): string | null {
  const data = jsonOf(Buffer.from(response.clientDataJSON, 'base64url').toString());
  const read = z.object({ challenge: z.string().max(200) }).safeParse(data);
  return read.success ? read.data.challenge : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
