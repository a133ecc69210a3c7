import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import type { DialectRules } from './dialect-rules.ts';

/** Avain's public keys, read anew at each call. */
export type ReadClientKeys = () => Promise<JSONWebKeySet>;

/**
 * How this broker knows Avain's keys. `plain`: a key set, as it would come by mail or be pasted into a console.
 * `signed`: a key set signed by the entity key of the statement that was exchanged; `address` is the folder of all three.
 */
export function clientKeys(address: string, { clientKeys: kind }: DialectRules): ReadClientKeys {
  if (kind === 'plain') return async () => JSON.parse(await text(`${address}/jwks`)) as JSONWebKeySet;
  // The first statement is believed for good: it stands for the file that people exchange by hand.
  let exchanged: Promise<Entity> | undefined;
  return async () => {
    exchanged ??= exchange(address);
    const { id, keys } = await exchanged.catch((error: unknown) => {
      exchanged = undefined;
      throw error;
    });
    const signed = await text(`${address}/signed-jwks`);
    const { payload } = await jwtVerify(signed, createLocalJWKSet(keys), { issuer: id, subject: id });
    return { keys: (payload as unknown as JSONWebKeySet).keys };
  };
}

const limitMs = 2_500;

type Entity = Readonly<{ id: string; keys: JSONWebKeySet }>;

async function exchange(address: string): Promise<Entity> {
  const statement = await text(`${address}/entity-statement`);
  const { iss: id = '', jwks } = decodeJwt<{ jwks: JSONWebKeySet }>(statement);
  const terms = { issuer: id, subject: id, typ: 'entity-statement+jwt' };
  const { payload } = await jwtVerify<Metadata>(statement, createLocalJWKSet(jwks), terms);
  // What OP's people would look at before they register anybody.
  const party = payload.metadata?.openid_relying_party;
  if (party?.token_endpoint_auth_method !== 'private_key_jwt' || party.signed_jwks_uri !== `${id}/signed-jwks`) {
    throw new Error("Avain's entity statement is not one that a broker would register");
  }
  return { id, keys: jwks };
}

type Metadata = { metadata?: { openid_relying_party?: Readonly<Record<string, unknown>> } };

async function text(address: string): Promise<string> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(limitMs) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
}
