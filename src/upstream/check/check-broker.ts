import type { Connector } from '../broker.ts';
import { createBrokerConnection } from '../broker-connection.ts';
import { BrokerUnreachable, createBrokerFetch } from '../broker-fetch.ts';
import { createKey, importBrokerKeys, importSigningKey } from '../ftn/keys.ts';
import { createOidcBroker } from '../oidc-broker.ts';
import { brokerKeysDuty } from './broker-keys.ts';
import { clientDuties } from './client-authentication.ts';
import { type CheckInput, type Duty, duties, type Finding, notTried } from './duty.ts';
import { type Arrival, identificationDuties } from './identification.ts';
import { metadataDuty } from './metadata.ts';
import { ownKeysDuty, publishedDuty } from './own-keys.ts';
import { requestDuties } from './requests.ts';

/** Brings somebody through the broker; the way depends on who runs the check. */
export type Arrive = (connector: Connector) => Promise<Arrival>;

/**
 * All duties in order, each group told as soon as it is known. Where one makes others impossible, those are "not
 * tried". Throws only for faults of ours.
 */
export async function* checkBroker(check: CheckInput, arrive: Arrive): AsyncGenerator<Finding> {
  const told = new Set<Duty>();
  for await (const finding of findings(check, arrive)) {
    told.add(finding.duty);
    yield finding;
  }
  // Every duty is named each time, so that nothing can go missing unnoticed; userinfo only where it is used.
  for (const duty of Object.keys(duties) as Duty[]) {
    if (told.has(duty) || (duty === 'userinfo' && check.config.userInfo === 'none')) continue;
    yield notTried(duty, 'what comes before it is not met');
  }
}

async function* findings(check: CheckInput, arrive: Arrive): AsyncGenerator<Finding> {
  const { config, keys, clock } = check;
  const fetch = createBrokerFetch(config.timeoutSeconds * 1000);
  const own = await ownKeysDuty(check);
  yield own;
  yield await publishedDuty(check, fetch);
  const { finding, server } = await metadataDuty(check, fetch);
  yield finding;
  if (server === null || own.verdict !== 'met') return;
  yield await brokerKeysDuty(check, fetch, server);
  const { signing, decryption } = await importBrokerKeys(keys, config.idToken.keyEncryption);
  const stranger = await strangersKey(check, signing.kid);
  const configuration = await connected({ config, signing, decryption, fetch, guard: (call) => call(), clock });
  if (configuration === null) return;
  yield* await requestDuties(check, { configuration, signing, stranger });
  yield* await clientDuties(check, { fetch, server, signing, stranger });
  const connector = await createOidcBroker({ ...check, fetch });
  yield* await identificationDuties(check, connector, await arrive(connector));
}

/** A key of nobody under the name of ours, as a forger would use it. */
async function strangersKey({ clock }: CheckInput, kid: string) {
  const key = await createKey('sig', { state: 'active', since: new Date(clock.now()).toISOString() });
  return importSigningKey({ ...key, kid });
}

async function connected(input: Parameters<typeof createBrokerConnection>[0]) {
  try {
    return await createBrokerConnection(input)();
  } catch (error) {
    if (error instanceof BrokerUnreachable) return null;
    throw error;
  }
}
