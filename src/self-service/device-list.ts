/**
 * The devices of an account as their owner thinks of them: a browser is one device, whether it is signed in now, in one
 * session or several, or only known from earlier visits.
 */
import type { Account, DeviceLook } from '../accounts/account.ts';
import type { BrowserHash, Instant } from '../ids.ts';
import { sha256Base64url } from '../secrets/sealing.ts';
import type { SessionFacts } from '../storage/rows.ts';
import type { OwnPagesDeps } from './session-guard.ts';

export type OwnDevice = {
  /** Names the device in our forms: the browser's own hash is nobody's to see. */
  readonly ref: string;
  readonly browser: BrowserHash;
  readonly look: DeviceLook;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  /** It may be forgotten; others are there only because they are signed in. */
  readonly known: boolean;
  /** Of its live sessions; none = not signed in now. */
  readonly uids: readonly string[];
};

export type ProvedSession = {
  readonly uid: string;
  readonly facts: Pick<SessionFacts, 'browser' | 'look' | 'startedAt'>;
};

const known = (account: Account): readonly OwnDevice[] =>
  account.devices.map(({ browser, program, system, network, firstSeenAt, lastSeenAt }) => ({
    ref: sha256Base64url(browser),
    browser,
    look: { program, system, network },
    firstSeenAt,
    lastSeenAt,
    known: true,
    uids: [],
  }));

function withSession(device: OwnDevice | undefined, { uid, facts }: ProvedSession): OwnDevice {
  const { browser, look, startedAt } = facts;
  if (device) {
    const lastSeenAt = Math.max(device.lastSeenAt, startedAt);
    return { ...device, lastSeenAt, uids: [...device.uids, uid] };
  }
  const seen = { firstSeenAt: startedAt, lastSeenAt: startedAt };
  return { ref: sha256Base64url(browser), browser, look, ...seen, known: false, uids: [uid] };
}

/** Pure. The browser at hand first, then the others, signed in ones before those that are not, the last seen first. */
export function mergeDevices(
  account: Account,
  sessions: readonly ProvedSession[],
  here: BrowserHash,
): readonly OwnDevice[] {
  const devices = new Map(known(account).map((device) => [device.browser, device]));
  for (const session of sessions) {
    const { browser } = session.facts;
    devices.set(browser, withSession(devices.get(browser), session));
  }
  const rank = ({ browser, uids }: OwnDevice) => (browser === here ? 0 : uids.length > 0 ? 1 : 2);
  return [...devices.values()].sort((a, b) => rank(a) - rank(b) || b.lastSeenAt - a.lastSeenAt);
}

/** A session without what was proved in it opens nothing: the library may bring one back that was ended. */
export async function devicesOf(
  { interactions, storage }: Pick<OwnPagesDeps, 'interactions' | 'storage'>,
  account: Account,
  here: BrowserHash,
): Promise<readonly OwnDevice[]> {
  const uids = await interactions.sessionUidsOf(account.id);
  const sessions = await Promise.all(
    uids.map(async (uid): Promise<ProvedSession | null> => {
      const facts = await storage.sessions.get(uid);
      return facts?.accountId === account.id ? { uid, facts } : null;
    }),
  );
  return mergeDevices(
    account,
    sessions.filter((session) => session !== null),
    here,
  );
}
