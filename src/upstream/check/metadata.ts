import type { CustomFetch, ServerMetadata } from 'openid-client';
import { BrokerUnreachable } from '../broker-fetch.ts';
import { readMetadata } from '../broker-metadata.ts';
import { type CheckInput, type Finding, met, notMet } from './duty.ts';
import { wordsFor } from './words.ts';

const neverTaken = ['none', 'HS256', 'HS384', 'HS512', 'RSA1_5', 'A128KW', 'A192KW', 'A256KW', 'dir'];

/** Where the broker is and what it offers; `server` is null where nothing else can be tried. */
export async function metadataDuty(
  { config }: CheckInput,
  fetch: CustomFetch,
): Promise<Readonly<{ finding: Finding; server: ServerMetadata | null }>> {
  let server: ServerMetadata;
  try {
    server = await readMetadata(config, fetch);
  } catch (error) {
    if (!(error instanceof BrokerUnreachable)) throw error;
    return { finding: notMet('metadata', wordsFor(error.code)), server: null };
  }
  const { signing, keyEncryption, contentEncryption } = config.idToken;
  const faults = [
    fault('signs ID tokens with', server.id_token_signing_alg_values_supported, signing),
    fault('encrypts keys with', server.id_token_encryption_alg_values_supported, keyEncryption),
    fault('encrypts content with', server.id_token_encryption_enc_values_supported, contentEncryption),
    fault('takes request objects signed with', server.request_object_signing_alg_values_supported, ['RS256']),
    fault('authenticates clients by', server.token_endpoint_auth_methods_supported, ['private_key_jwt']),
  ].filter((each) => each !== null);
  const finding = faults.length > 0 ? notMet('metadata', faults.join('; ')) : met('metadata', told(server, config));
  return { finding, server };
}

/** What is not said is not judged here: the identification itself will show. */
function fault(does: string, offered: unknown, accepted: readonly string[]): string | null {
  if (!Array.isArray(offered) || accepted.some((each) => offered.includes(each))) return null;
  return `it ${does} ${offered.join(', ') || 'nothing'}, and we accept ${accepted.join(', ')}`;
}

function told(server: ServerMetadata, { pinned, endpoints }: CheckInput['config']): string {
  const from = pinned ? 'from the pinned entity statement' : endpoints ? 'from the configuration' : 'from discovery';
  const offered = [
    server.id_token_signing_alg_values_supported,
    server.id_token_encryption_alg_values_supported,
    server.token_endpoint_auth_signing_alg_values_supported,
  ].flat();
  const weak = neverTaken.filter((each) => offered.includes(each));
  return `${from}${weak.length > 0 ? `; it also offers ${weak.join(', ')}, which we never take` : ''}`;
}
