/**
 * oidc-provider's adapter over our `Artifacts` port. Ids are bearer values, so rows are found by their SHA-256; `consume`
 * and replay detection are conditional writes that throw the library's own error for the loser, since the library itself
 * reads and then writes (security.md §0, 1 and 2).
 */

import { decodeJwt } from 'jose';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors, Provider } from 'oidc-provider';
import type { Clock } from '../deps.ts';
import type { AccountId } from '../ids.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import type { ArtifactIndex, Artifacts, StoredArtifact } from '../storage/expiring-ports.ts';
import type { Storage } from '../storage/ports.ts';

export type AdapterDeps = {
  readonly storage: Pick<Storage, 'accounts' | 'artifacts' | 'notBefore'>;
  readonly clock: Clock;
};

const secondMs = 1_000;
/** Refused when issued before the store's fence: a power cut may have brought a spent one back (decisions.md §7). */
const fenced = new Set(['AuthorizationCode', 'PushedAuthorizationRequest']);

function indexOf(payload: AdapterPayload): ArtifactIndex {
  const { kind, grantId, uid, userCode, accountId, clientId } = payload;
  return {
    ...(grantId !== undefined && { grantId }),
    // Interactions have one too, which is their id: nobody looks for them by it.
    ...(uid !== undefined && kind === 'Session' && { uid: sha256Base64url(uid) }),
    ...(userCode !== undefined && { userCode: sha256Base64url(userCode) }),
    ...(accountId !== undefined && { accountId }),
    ...(clientId !== undefined && { clientId }),
  };
}

/** At rest no payload holds a value that finds a row: not its own id, nor the session cookie an interaction remembers. */
function withoutBearers({ jti: _jti, session, ...rest }: AdapterPayload): string {
  if (session === undefined) return JSON.stringify(rest);
  const { cookie: _cookie, ...remembered } = session;
  return JSON.stringify({ ...rest, session: remembered });
}

function restored(stored: StoredArtifact | null, id: string | null): AdapterPayload | undefined {
  if (stored === null) return undefined;
  // A cast: only `upsert` below writes payloads.
  const payload = JSON.parse(stored.payload) as AdapterPayload;
  if (id !== null) payload.jti = id;
  if (stored.consumedAt !== null) payload.consumed = Math.floor(stored.consumedAt / secondMs);
  return payload;
}

function alreadyConsumed(model: string): Error {
  if (model === 'PushedAuthorizationRequest')
    return new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
  return new errors.InvalidGrant('already consumed');
}

/**
 * A second use of a rotated refresh token may be a thief's or its owner's: the whole family ends (RFC 9700 4.14.2), also
 * when the two uses raced. The Grant goes first, so that what the winner is just issuing has nothing to stand on.
 */
async function revokeFamily(artifacts: Artifacts, model: string, key: string): Promise<void> {
  if (model !== 'RefreshToken') return;
  const stored = await artifacts.find(model, key);
  const grantId: unknown = stored && JSON.parse(stored.payload).grantId;
  if (typeof grantId !== 'string') return;
  await artifacts.destroy('Grant', sha256Base64url(grantId));
  await Promise.all(grantModels.map((name) => artifacts.revokeByGrant(name, grantId)));
}

export const grantModels = ['AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode'] as const;

/** The library takes proofs so far from their `iat`, to both sides, but remembers them for one side only. */
const proofWindowSeconds = 300;

/**
 * Client assertions, DPoP proofs: a replayed `jti` loses, whoever of many comes second, with the error that fits what was
 * replayed. `id`: the library's hash of its sender and `jti`.
 */
function replayed(id: string): Error {
  const { params, route } = Provider.ctx?.oidc ?? {};
  const assertion = params?.['client_assertion'];
  if (typeof assertion === 'string') {
    const { iss, jti } = decodeJwt(assertion);
    if (sha256Base64url(`${iss}${jti}`) === id) return new errors.InvalidClientAuth('replay detected');
  }
  const why = 'DPoP proof JWT Replay detected';
  if (route === 'userinfo') return new errors.InvalidToken(why);
  return route === 'pushed_authorization_request' ? new errors.InvalidRequest(why) : new errors.InvalidGrant(why);
}

/**
 * What the library will ask for one question later, asked at the same time as its next one: one wait for the store less.
 * The unit of work remembers the answer; a failure is told to whoever asks in earnest.
 */
function askAhead({ accounts, artifacts }: AdapterDeps['storage'], model: string, payload: AdapterPayload | undefined) {
  const { accountId, grantId } = payload ?? {};
  const ignored = () => undefined;
  // A cast: only the id of an account of ours is ever put there.
  if (accountId !== undefined && (model === 'AuthorizationCode' || model === 'RefreshToken'))
    accounts.byId(accountId as AccountId).catch(ignored);
  if (grantId !== undefined && model === 'AccessToken')
    artifacts.find('Grant', sha256Base64url(grantId)).catch(ignored);
}

export function createAdapter({ storage, clock }: AdapterDeps): (model: string) => Adapter {
  const { artifacts } = storage;
  return (model) => {
    const expiryOf = (ttlSeconds: number | undefined) => (ttlSeconds ? clock.now() + ttlSeconds * secondMs : null);
    const usable = (payload: AdapterPayload | undefined) =>
      payload && fenced.has(model) && (payload.iat ?? 0) * secondMs < storage.notBefore ? undefined : payload;
    return {
      upsert: async (id, payload, ttlSeconds) => {
        const key = sha256Base64url(id);
        if (model === 'ReplayDetection') {
          const expiresAt = clock.now() + ((ttlSeconds ?? 0) + proofWindowSeconds) * secondMs;
          if (!(await artifacts.insert(model, key, '{}', expiresAt))) throw replayed(id);
          return;
        }
        // A result is only for an interaction that is still open: upserting it, the slower half of a double click would
        // bring one back that the other half has finished.
        if (model === 'Interaction' && payload.result !== undefined) {
          if (await artifacts.replace(model, key, withoutBearers(payload))) return;
          throw new errors.SessionNotFound('interaction session not found');
        }
        await artifacts.upsert(model, key, withoutBearers(payload), indexOf(payload), expiryOf(ttlSeconds));
      },
      find: async (id) => {
        const payload = usable(restored(await artifacts.find(model, sha256Base64url(id)), id));
        askAhead(storage, model, payload);
        return payload;
      },
      findByUid: async (uid) => restored(await artifacts.findByUid(model, sha256Base64url(uid)), null),
      findByUserCode: async (userCode) =>
        restored(await artifacts.findByUserCode(model, sha256Base64url(userCode)), null),
      consume: async (id) => {
        const key = sha256Base64url(id);
        if (await artifacts.consume(model, key)) return;
        await revokeFamily(artifacts, model, key);
        throw alreadyConsumed(model);
      },
      destroy: (id) => artifacts.destroy(model, sha256Base64url(id)),
      revokeByGrantId: (grantId) => artifacts.revokeByGrant(model, grantId),
    };
  };
}
