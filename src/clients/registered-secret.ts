import { Secret } from '../config/secret.ts';
import type { Keyring } from '../secrets/sealing.ts';

/** The secret of a client that registered itself: made of its random id, and so kept nowhere. */
export function registeredSecret(keyring: Pick<Keyring, 'mac'>, id: string): Secret {
  return new Secret(keyring.mac('client-secret', id));
}
