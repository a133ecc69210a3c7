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
import type { Keyring } from '../secrets/sealing.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import type { ArtifactIndex } from '../storage/expiring-ports.ts';
import type { Storage } from '../storage/ports.ts';
import { codeInUse, deviceCodeSeconds } from './device-codes.ts';
import { isInGrace, mayUseAgain } from './refresh-reuse.ts';
import { fromStored, toStored } from './stored-payload.ts';
import { canonicalUserCode } from './user-code.ts';

export type AdapterDeps = {
  readonly storage: Pick<Storage, 'accounts' | 'artifacts' | 'audit' | 'notBefore'>;
  readonly clock: Clock;
  readonly keyring: Pick<Keyring, 'mac' | 'seal' | 'open'>;
  /** The library's `Client` model, which is no artifact. */
  readonly clients: Adapter;
};

const secondMs = 1_000;
/** Refused when issued before the store's fence: a power cut may have brought a spent one back (decisions.md §7). */
const fenced = new Set(['AuthorizationCode', 'DeviceCode', 'PushedAuthorizationRequest']);

/** Of a device's code, which is too short for a hash without a key. */
const userCodeKey = (keyring: AdapterDeps['keyring'], userCode: string): string =>
  keyring.mac('user-code', canonicalUserCode(userCode));

function indexOf(keyring: AdapterDeps['keyring'], payload: AdapterPayload): ArtifactIndex {
  const { kind, grantId, uid, userCode, accountId, clientId } = payload;
  return {
    ...(grantId !== undefined && { grantId }),
    // Interactions have one too, which is their id: nobody looks for them by it.
    ...(uid !== undefined && kind === 'Session' && { uid: sha256Base64url(uid) }),
    ...(userCode !== undefined && { userCode: userCodeKey(keyring, userCode) }),
    ...(accountId !== undefined && { accountId }),
    ...(clientId !== undefined && { clientId }),
  };
}

function alreadyConsumed(model: string): Error {
  if (model === 'PushedAuthorizationRequest')
    return new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used');
  return new errors.InvalidGrant('already consumed');
}

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

function createUpsert({ storage: { artifacts }, clock, keyring }: AdapterDeps, model: string): Adapter['upsert'] {
  const expiryOf = (ttlSeconds: number | undefined) => (ttlSeconds ? clock.now() + ttlSeconds * secondMs : null);
  return async (id, payload, ttlSeconds) => {
    const key = sha256Base64url(id);
    if (model === 'ReplayDetection') {
      const expiresAt = clock.now() + ((ttlSeconds ?? 0) + proofWindowSeconds) * secondMs;
      if (!(await artifacts.insert(model, key, '{}', expiresAt))) throw replayed(id);
      return;
    }
    // A result is only for an interaction that is still open: upserting it, the slower half of a double click would
    // bring one back that the other half has finished.
    if (model === 'Interaction' && payload.result !== undefined) {
      if (await artifacts.replace(model, key, toStored(keyring, payload))) return;
      throw new errors.SessionNotFound('interaction session not found');
    }
    // A device that asks too late is told so (RFC 8628 3.5), and not that nobody ever gave it a code.
    const expiresAt = expiryOf(ttlSeconds && ttlSeconds + (model === 'DeviceCode' ? deviceCodeSeconds : 0));
    // Of those who confirm one code at the same moment one goes on: the library looks and then writes.
    if (model === 'DeviceCode' && payload.inFlight && !payload.accountId && !payload.error) {
      if (!(await artifacts.insert('DeviceClaim', key, '{}', expiresAt ?? clock.now()))) throw codeInUse();
    }
    await artifacts.upsert(model, key, toStored(keyring, payload), indexOf(keyring, payload), expiresAt);
  };
}

export function createAdapter(deps: AdapterDeps): (model: string) => Adapter {
  const { storage, clock, keyring, clients } = deps;
  const { artifacts } = storage;
  return (model) => {
    if (model === 'Client') return clients;
    const usable = (payload: AdapterPayload | undefined) =>
      payload && fenced.has(model) && (payload.iat ?? 0) * secondMs < storage.notBefore ? undefined : payload;
    return {
      upsert: createUpsert(deps, model),
      find: async (id) => {
        const payload = usable(fromStored(keyring, await artifacts.find(model, sha256Base64url(id)), id));
        askAhead(storage, model, payload);
        if (model !== 'RefreshToken' || !payload?.consumed) return payload;
        const { consumed, ...unconsumed } = payload;
        return isInGrace(consumed * secondMs, deps) ? unconsumed : payload;
      },
      findByUid: async (uid) => fromStored(keyring, await artifacts.findByUid(model, sha256Base64url(uid)), null),
      findByUserCode: async (userCode) => {
        const stored = await artifacts.findByUserCode(model, userCodeKey(keyring, userCode));
        const payload = usable(fromStored(keyring, stored, null));
        // The library compares it with what was typed, which may be a look-alike of it.
        return payload && { ...payload, userCode };
      },
      consume: async (id) => {
        const key = sha256Base64url(id);
        if (await artifacts.consume(model, key)) return;
        if (model === 'RefreshToken' && (await mayUseAgain({ storage, clock }, key))) return;
        throw alreadyConsumed(model);
      },
      destroy: (id) => artifacts.destroy(model, sha256Base64url(id)),
      revokeByGrantId: (grantId) => artifacts.revokeByGrant(model, grantId),
    };
  };
}
