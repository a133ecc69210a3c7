/**
 * Challenges for passkeys. Nothing is stored for a page that is only looked at: a challenge is random, tells when it was
 * made, and carries a MAC over both and over what it is for (browser, journey, account), so that only we can have made it
 * and it works nowhere else. What is stored is that it was used.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Deps } from '../deps.ts';
import type { AccountId, BrowserHash } from '../ids.ts';

type UseDeps = Pick<Deps, 'config' | 'storage' | 'keyring' | 'clock'>;

/** What a challenge is for; one made for anything else is refused. */
export type ChallengeScope = {
  readonly use: 'sign-in' | 'second-factor' | 'registration';
  readonly browser: BrowserHash;
  /** The journey, or the session of the account page. */
  readonly within: string;
  /** null = whoever the passkey turns out to be of. */
  readonly accountId: AccountId | null;
};

const randomBytes = 16;
const timeBytes = 8;
const macBytes = 32;

function macOf({ keyring }: Pick<Deps, 'keyring'>, scope: ChallengeScope, head: Buffer): Buffer {
  const { use, browser, within, accountId } = scope;
  const mac = keyring.mac('passkey', use, browser, within, accountId ?? '', head.toString('base64url'));
  return Buffer.from(mac, 'base64url');
}

/** 448 bits, base64url, of which 128 are random. */
export function newChallenge(deps: Pick<Deps, 'keyring' | 'clock' | 'random'>, scope: ChallengeScope): string {
  const time = Buffer.alloc(timeBytes);
  time.writeBigUInt64BE(BigInt(deps.clock.now()));
  const head = Buffer.concat([deps.random.bytes(randomBytes), time]);
  return Buffer.concat([head, macOf(deps, scope, head)]).toString('base64url');
}

type Read = { readonly head: Buffer; readonly mac: Buffer; readonly madeAt: number };

function read(challenge: string): Read | null {
  const bytes = Buffer.from(challenge, 'base64url');
  if (bytes.length !== randomBytes + timeBytes + macBytes) return null;
  const head = bytes.subarray(0, randomBytes + timeBytes);
  return { head, mac: bytes.subarray(head.length), madeAt: Number(head.readBigUInt64BE(randomBytes)) };
}

/** Ours, for this, and not too old. Whether it was used before is asked by `spendChallenge`, last. */
export function isLiveChallenge(deps: UseDeps, scope: ChallengeScope, challenge: string): boolean {
  const found = read(challenge);
  if (found === null || !timingSafeEqual(found.mac, macOf(deps, scope, found.head))) return false;
  const age = deps.clock.now() - found.madeAt;
  // After a power cut what was used may be forgotten: nothing made before it is taken (decisions.md §7).
  return age > -skewMs && age < lifeMs(deps) && found.madeAt >= deps.storage.notBefore;
}

/** True for one of any number of requests. */
export function spendChallenge(deps: UseDeps, challenge: string): Promise<boolean> {
  const now = deps.clock.now();
  const key = read(challenge)?.head.toString('base64url') ?? challenge;
  return deps.storage.usedChallenges.insert(key, { at: now }, now + lifeMs(deps) + skewMs);
}

/** Between the clocks of two nodes. */
const skewMs = 10_000;
const lifeMs = ({ config }: Pick<Deps, 'config'>): number => config.lives.passkeyChallengeSeconds * 1_000;
