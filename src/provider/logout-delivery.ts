/** The worker of the queue of logouts: tells each client, tries again with growing pauses, and gives up after half a day. */
import type { Deps } from '../deps.ts';
import { codeOf } from '../errors.ts';
import type { ClientId, Instant } from '../ids.ts';
import type { ClaimedLogout } from '../storage/logout-port.ts';
import { startWorker, type Worker } from '../worker.ts';
import type { SendLogout } from './logout-queue.ts';

type LogoutDeps = Pick<Deps, 'storage' | 'clock' | 'log'> & { readonly sendLogout: SendLogout };

const batch = 20;
/** Longer than anybody is waited for: the library gives an answer 2.5 s. */
const leaseMs = 30_000;
const pauseMs = 250;
const told = { failed: 'logouts not readable', recovered: 'logouts readable again' };
const firstPauseMs = 1_000;
const longestPauseMs = 300_000;
/** How long a client that did not answer is let alone, whatever else waits for it. */
const restMs = 5_000;
/** No session lives longer: by then the client's own has ended too, or it never asks. */
const logoutLifeMs = 12 * 3_600_000;

/** Given up for good: the client was not told, which somebody may want to know. */
async function giveUp({ storage, clock }: LogoutDeps, { logout, attempts }: ClaimedLogout): Promise<void> {
  const { clientId, accountId } = logout;
  await storage.audit.append({
    at: clock.now(),
    event: 'logout.undelivered',
    accountId,
    clientId,
    journeyId: null,
    details: { attempts: attempts - 1 },
  });
  await storage.logouts.remove(logout.id);
}

/** Resolves to false where the client did not take it. */
async function deliver(deps: LogoutDeps, claimed: ClaimedLogout): Promise<boolean> {
  const { storage, clock, log, sendLogout } = deps;
  const { logout, attempts } = claimed;
  if (clock.now() >= logout.createdAt + logoutLifeMs) {
    await giveUp(deps, claimed);
    return true;
  }
  try {
    await sendLogout(logout);
    await storage.logouts.remove(logout.id);
    return true;
  } catch (error) {
    log.warn({ client: logout.clientId, attempts, code: codeOf(error) }, 'client not told of a logout');
    await storage.logouts.retryAt(logout.id, clock.now() + Math.min(firstPauseMs * 2 ** attempts, longestPauseMs));
    return false;
  }
}

/** Runs until `stop`, which waits for the batch under way. */
export function startLogouts(deps: LogoutDeps): Worker {
  const { storage, clock, log } = deps;
  const resting = new Map<ClientId, Instant>();
  return startWorker({ ...told, pauseMs, log }, async () => {
    for (const [clientId, until] of resting) if (until <= clock.now()) resting.delete(clientId);
    const except = [...resting.keys()];
    const claimed = await storage.logouts.claimDue(clock.now(), { limit: batch, leaseMs, except });
    await Promise.all(
      claimed.map(async (one) => {
        if (!(await deliver(deps, one))) resting.set(one.logout.clientId, clock.now() + restMs);
      }),
    );
  });
}
