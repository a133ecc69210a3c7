/** What an Avain that serves does beside answering requests, and the signals that have it read files again. */
import { startCheckpoints } from './audit/checkpoints.ts';
import { startShipping } from './audit/ship/ship.ts';
import type { BuiltDeps } from './build-deps.ts';
import type { Service } from './build-service.ts';
import { type ClientReload, reloadClientsOnSignal } from './clients/reload.ts';
import { followWanted } from './clients/wanted-reload.ts';
import type { Listening } from './http/server.ts';
import { renewOnSignal } from './http/tls.ts';
import { reloadOnSignal } from './keys/reload.ts';
import { startRetention } from './lifecycle/job.ts';
import { startDelivery } from './mail/delivery.ts';
import { createMailer } from './mail/mailer.ts';
import { observedMailer } from './observing/observed-mailer.ts';
import { startLogouts } from './provider/logout-delivery.ts';
import { startRotation } from './signing-keys/rotation.ts';
import { startTallying } from './statistics/worker.ts';
import { startWebhooks } from './webhooks/worker.ts';
import type { Worker } from './worker.ts';

/** Stops all of it, one after the other: each ends the turn it is in. */
export type Background = { stop(): Promise<void> };

export async function startBackground(deps: BuiltDeps, service: Service, reload: ClientReload): Promise<Background> {
  const mailer = observedMailer(createMailer(deps.config), deps.observer);
  const workers: Worker[] = [
    startDelivery({ ...deps, mailer }),
    startLogouts({ ...deps, ...service }),
    startTallying(deps),
    startRotation(deps, service.servedKeys, service.serveKeys),
    startCheckpoints(deps),
    ...startShipping(deps),
    ...startWebhooks(deps),
    startRetention({ ...deps, endSessionsOf: service.interactions.endSessionsOf }),
  ];
  if (deps.config.storage.kind === 'mongo-redis') workers.push(await followWanted(deps, reload));
  return {
    async stop() {
      for (const worker of workers) await worker.stop();
      mailer.close();
    },
  };
}

export function readAgainOnSignal(
  deps: BuiltDeps,
  reload: ClientReload,
  server: Pick<Listening, 'renewCertificate'>,
): void {
  process.on('SIGHUP', reloadOnSignal(deps));
  process.on('SIGHUP', reloadClientsOnSignal(reload, deps.log));
  if (deps.config.listen.tls !== null) process.on('SIGHUP', renewOnSignal(server.renewCertificate, deps.log));
}
