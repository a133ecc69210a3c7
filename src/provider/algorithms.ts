import type { Configuration } from 'oidc-provider';
import { encryptionAlgs, encryptionEncs } from '../config/client-protocol-schema.ts';
import { signingAlgs } from '../signing-keys/key-set.ts';
import { clientSigningAlgs } from './signed-by-clients.ts';

const own = signingAlgs;

/**
 * Every algorithm there is, by what it is for (security R20). An empty list: that kind of thing is not encrypted here;
 * nothing is under a client's secret, neither encrypted nor signed.
 */
export const algorithms: NonNullable<Configuration['enabledJWA']> = {
  clientAuthSigningAlgValues: [...clientSigningAlgs],
  requestObjectSigningAlgValues: [...clientSigningAlgs],
  dPoPSigningAlgValues: ['ES256', 'PS256', 'Ed25519', 'EdDSA'],
  idTokenSigningAlgValues: [...own],
  userinfoSigningAlgValues: [...own],
  authorizationSigningAlgValues: [...own],
  idTokenEncryptionAlgValues: [...encryptionAlgs],
  idTokenEncryptionEncValues: [...encryptionEncs],
  userinfoEncryptionAlgValues: [...encryptionAlgs],
  userinfoEncryptionEncValues: [...encryptionEncs],
  requestObjectEncryptionAlgValues: [],
  requestObjectEncryptionEncValues: [],
  authorizationEncryptionAlgValues: [],
  authorizationEncryptionEncValues: [],
};
