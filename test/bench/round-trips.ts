/** How often one sign-in waits for the stores: requests that an answer followed, counted on the wire. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startCountedStores } from './stores.ts';
import { cheaperHash, seededHome, startAvain } from './subjects.ts';
import { createVisitor } from './visitor.ts';

export type RoundTrips = { readonly mongo: number; readonly redis: number; readonly total: number };

const signIns = 100;
const idleMs = 5_000;

/** One visitor after another, so that nothing is answered together; what the drivers ask while idle is taken off. */
export async function countRoundTrips(): Promise<RoundTrips> {
  const stores = await startCountedStores();
  const { env, emails, clientSecret, forget } = await seededHome(cheaperHash, stores, 10);
  const avain = await startAvain(env);
  const visitor = createVisitor({ origin: avain.origin, clientSecret });
  try {
    for (const email of emails) await visitor.signIn(email);
    const idle = await counted(() => sleep(idleMs));
    const busy = await counted(async () => {
      for (let turn = 0; turn < signIns; turn += 1) await visitor.signIn(String(emails[turn % emails.length]));
    });
    const perSignIn = (store: 'mongo' | 'redis') =>
      (busy[store] - (idle[store] * busy.elapsedMs) / idle.elapsedMs) / signIns;
    const [mongo, redis] = [perSignIn('mongo'), perSignIn('redis')];
    return { mongo, redis, total: mongo + redis };
  } finally {
    await visitor.close();
    await avain.stop();
    await Promise.all([forget(), stores.stop()]);
  }

  async function counted(work: () => Promise<unknown>) {
    const [before, startedAt] = [stores.roundTrips(), performance.now()];
    await work();
    const after = stores.roundTrips();
    const elapsedMs = performance.now() - startedAt;
    return { mongo: after.mongo - before.mongo, redis: after.redis - before.redis, elapsedMs };
  }
}
