/**
 * The library's payloads at rest: none holds a value that finds a row. Its own id and the session cookie that an
 * interaction remembers are left out; a device code, which the library must get back from what the person typed, is sealed
 * under a key outside the store, and so is what they typed, and the pushed request that an interaction began with.
 */
import type { AdapterPayload } from 'oidc-provider';
import type { Keyring } from '../secrets/sealing.ts';
import type { StoredArtifact } from '../storage/expiring-ports.ts';

type Sealing = Pick<Keyring, 'seal' | 'open'>;

const secondMs = 1_000;

/** `deviceCode` of interactions is not among the published fields. */
type Payload = AdapterPayload & { readonly deviceCode?: string | undefined };
type Stored = Omit<AdapterPayload, 'jti'> & { readonly sealedDevice?: string };
type Device = { readonly [K in 'jti' | 'userCode' | 'deviceCode' | 'parJti']?: string | undefined };

/** A sealed value is of this row and of no other. */
const boundTo = ({ kind = '', uid = '', clientId = '', exp = 0 }: Stored): string =>
  [kind, uid, clientId, exp].join('|');

function deviceOf({ kind, jti, userCode, deviceCode, parJti }: Payload): Device | null {
  if (kind === 'DeviceCode') return { jti, userCode };
  return deviceCode === undefined && parJti === undefined ? null : { deviceCode, parJti };
}

export function toStored(keyring: Sealing, payload: Payload): string {
  const device = deviceOf(payload);
  const { jti: _jti, userCode: _userCode, deviceCode: _deviceCode, parJti: _parJti, session, ...rest } = payload;
  const { cookie: _cookie, ...remembered } = session ?? {};
  return JSON.stringify({
    ...rest,
    ...(session !== undefined && { session: remembered }),
    ...(device && { sealedDevice: keyring.seal(JSON.stringify(device), boundTo(rest), 'device') }),
  });
}

/** `id` is null where the row was not found by it. */
export function fromStored(
  keyring: Sealing,
  stored: StoredArtifact | null,
  id: string | null,
): AdapterPayload | undefined {
  if (stored === null) return undefined;
  // Casts: only `toStored` writes payloads.
  const { sealedDevice, ...rest } = JSON.parse(stored.payload) as Stored;
  const device = sealedDevice === undefined ? {} : JSON.parse(keyring.open(sealedDevice, boundTo(rest), 'device'));
  const payload = { ...rest, ...device } as AdapterPayload;
  if (id !== null) payload.jti = id;
  if (stored.consumedAt !== null) payload.consumed = Math.floor(stored.consumedAt / secondMs);
  return payload;
}
