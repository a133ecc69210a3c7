/** `avain webhooks …`, where the store is (docs/webhooks.md). */
import { type Operation, type OperationDeps, OperationRefused, type Operations } from '../control/operation.ts';
import type { Endpoint } from './message.ts';
import { sendOnce } from './send.ts';
import { beginning, type EndpointState, readState, soonAlone, writeState } from './state.ts';

function endpointOf({ config }: OperationDeps, name: string | undefined): Endpoint {
  const endpoint = config.webhooks.find((one) => one.name === name);
  if (!endpoint) throw new OperationRefused('There is no such endpoint below `webhooks`: avain webhooks list.');
  return endpoint;
}

const instant = (at: number | null | undefined) => (at ? new Date(at).toISOString() : null);

/** Argument: `json` or nothing. */
const list: Operation = async (deps, [form], print) => {
  for (const { name, url, events, clientId } of deps.config.webhooks) {
    const state = await readState(deps, name);
    const { waiting = [], dead = [], failures = 0, restsUntil, offAt } = state ?? {};
    const counts = { waiting: waiting.length, dead: dead.length, failures };
    // Of the address only where it is: its path may be a receiver's secret.
    const { origin } = new URL(url);
    const times = { restsUntil: instant(restsUntil), offAt: instant(offAt) };
    if (form === 'json') print(JSON.stringify({ name, origin, events, clientId, ...counts, ...times }));
    else
      print(
        `${name} (${origin}): ${offAt ? `off since ${times.offAt}` : 'on'}, ${counts.waiting} waiting, ${counts.dead} dead`,
      );
  }
  return 0;
};

/** Arguments: name; `json` or nothing. Attempts, then what was given up. */
const log: Operation = async (deps, [name, form], print) => {
  const state = await readState(deps, endpointOf(deps, name).name);
  for (const { at, ...rest } of state?.log ?? []) {
    const one = { at: instant(at), ...rest };
    print(
      form === 'json' ? JSON.stringify(one) : `${one.at} ${one.type} ${one.id} attempt ${one.attempt}: ${one.status}`,
    );
  }
  for (const { id, type, attempts, diedAt } of state?.dead ?? []) {
    const one = { dead: instant(diedAt), id, type, attempts };
    print(form === 'json' ? JSON.stringify(one) : `${one.dead} ${type} ${id} given up after ${attempts} attempts`);
  }
  return 0;
};

async function changeState(deps: OperationDeps, { name }: Endpoint, change: (state: EndpointState) => EndpointState) {
  const ended = await soonAlone(deps, name, async () => {
    await writeState(deps, name, change((await readState(deps, name)) ?? (await beginning(deps))));
  });
  if (ended === null) throw new OperationRefused('The endpoint is busy: ask again in a minute.');
}

/** On again if it was off; all that waits or was given up is due now, for three more days. */
const retry: Operation = async (deps, [name], print) => {
  const now = deps.clock.now();
  await changeState(deps, endpointOf(deps, name), (state) => {
    const due = [...state.waiting, ...state.dead].map(({ id, type, node, sequence }) => {
      return { id, type, node, sequence, firstAt: now, attempts: 0, dueAt: now };
    });
    return { ...state, waiting: due, dead: [], failures: 0, restsUntil: 0, offAt: null };
  });
  print('All that was not taken is sent again now.');
  return 0;
};

/** One message of the type `webhook.test`, once, whether or not the endpoint is on. Exit 1 if it was not taken. */
const test: Operation = async (deps, [name], print) => {
  const endpoint = endpointOf(deps, name);
  const at = deps.clock.now();
  const id = `evt_test_${deps.random.bytes(16).toString('base64url')}`;
  const type = 'webhook.test' as const;
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: {} });
  const status = await sendOnce(deps, endpoint, { id, type, body });
  await changeState(deps, endpoint, (state) => ({
    ...state,
    log: [...state.log, { at, id, type, attempt: 1, status }],
  }));
  print(`The receiver answered: ${status}`);
  return typeof status === 'number' && status >= 200 && status <= 299 ? 0 : 1;
};

export const webhookOperations: Operations = {
  'webhooks.list': list,
  'webhooks.log': log,
  'webhooks.retry': retry,
  'webhooks.test': test,
};
