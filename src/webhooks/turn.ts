import type { Deps } from '../deps.ts';
import type { AuditPosition } from '../storage/audit-port.ts';
import { type Endpoint, type Message, messageAgain, messageTo } from './message.ts';
import { sendOnce } from './send.ts';
import {
  type Attempt,
  beginning,
  type Dead,
  type EndpointState,
  readState,
  type Waiting,
  writeState,
} from './state.ts';

export type TurnDeps = Pick<Deps, 'config' | 'storage' | 'clients' | 'keyring' | 'clock' | 'random' | 'log'>;

/** So many are under way at once, and found in so many records. */
const batch = 10;
const pageRows = 200;
/** Of messages that are not taken: as many wait, and what comes behind them stays in the audit log. */
const mostWaiting = 200;
const firstPauseMs = 5_000;
const longestPauseMs = 6 * 3_600_000;
const triedForMs = 3 * 86_400_000;
const deadForMs = 30 * 86_400_000;
const mostDead = 1_000;
const loggedAttempts = 100;
/** The circuit breaker: after so many turns without success one message at a time is tried, at growing intervals. */
const opensAfter = 3;
const longestRestMs = 300_000;

type Sent = { readonly one: Waiting; readonly message: Message | null; readonly status: number | string };

const isTaken = ({ status }: Sent) => typeof status === 'number' && status >= 200 && status <= 299;

/** Sends what is due; resolves to whether there may be more at once. The caller sees to it that nobody else does. */
export async function takeTurn(deps: TurnDeps, endpoint: Endpoint): Promise<boolean> {
  const kept = await readState(deps, endpoint.name);
  const state = kept ?? (await beginning(deps));
  const now = deps.clock.now();
  if (kept === null) await writeState(deps, endpoint.name, state);
  if (state.offAt !== null || state.restsUntil > now) return false;
  const most = state.failures >= opensAfter ? 1 : batch;
  const due = state.waiting.filter(({ dueAt }) => dueAt <= now).slice(0, most);
  const room = Math.min(most - due.length, mostWaiting - state.waiting.length);
  const fresh = await findFresh(deps, endpoint, state, room);
  const sent = await Promise.all([...due, ...fresh.found].map((one) => attempt(deps, endpoint, one)));
  if (sent.length === 0 && !fresh.moved) return false;
  await writeState(deps, endpoint.name, after(deps, endpoint, { ...state, position: fresh.position }, sent));
  return fresh.full || sent.some(isTaken);
}

type Fresh = {
  readonly found: readonly Waiting[];
  readonly position: AuditPosition;
  readonly moved: boolean;
  readonly full: boolean;
};

/** At most `room` messages of the records behind the position. */
async function findFresh(deps: TurnDeps, endpoint: Endpoint, state: EndpointState, room: number): Promise<Fresh> {
  const found: Waiting[] = [];
  const position: Record<string, number> = { ...state.position };
  if (room <= 0) return { found, position, moved: false, full: false };
  const { records } = await deps.storage.audit.scan(position, pageRows);
  for (const record of records) {
    const { node, sequence, at } = record;
    if (found.length === room) break;
    const message = at < state.since ? null : await messageTo(deps, endpoint, record);
    const now = deps.clock.now();
    if (message)
      found.push({ id: message.id, type: message.type, node, sequence, firstAt: now, attempts: 0, dueAt: now });
    position[node] = sequence;
  }
  return { found, position, moved: records.length > 0, full: records.length === pageRows };
}

async function attempt(deps: TurnDeps, endpoint: Endpoint, one: Waiting): Promise<Sent> {
  const [record] = await deps.storage.audit.chain(one.node, one.sequence - 1, 1);
  // Gone by the rule of retention, or another in its place: a message is never made of something else.
  const message = record && record.sequence === one.sequence ? messageAgain(deps, endpoint, record) : null;
  return { one, message, status: message === null ? 'record-gone' : await sendOnce(deps, endpoint, message) };
}

function after(deps: TurnDeps, endpoint: Endpoint, state: EndpointState, sent: readonly Sent[]): EndpointState {
  const now = deps.clock.now();
  const tried = new Set(sent.map(({ one }) => one.id));
  const failed = sent.filter((one) => !isTaken(one));
  const log: readonly Attempt[] = sent.map(({ one: { id, type, attempts }, status }) => {
    return { at: now, id, type, attempt: attempts + 1, status };
  });
  for (const { one, status } of failed)
    deps.log.warn({ webhook: endpoint.name, status, attempt: one.attempts + 1 }, 'webhook not taken');
  const again = failed.map(({ one, message }) => later(deps, one, message === null));
  const died: readonly Dead[] = again.filter((one) => 'diedAt' in one);
  const gone = failed.some(({ status }) => status === 410);
  if (gone) deps.log.error({ webhook: endpoint.name }, 'webhook switched off: its receiver answered 410');
  return {
    ...state,
    waiting: [...state.waiting.filter(({ id }) => !tried.has(id)), ...again.filter((one) => !('diedAt' in one))],
    dead: [...state.dead.filter(({ diedAt }) => now - diedAt < deadForMs), ...died].slice(-mostDead),
    log: [...state.log, ...log].slice(-loggedAttempts),
    ...breaker(state, now, sent),
    offAt: gone ? now : null,
  };
}

function later({ clock, random }: TurnDeps, one: Waiting, hopeless: boolean): Waiting | Dead {
  const now = clock.now();
  const pause = Math.min(firstPauseMs * 2 ** one.attempts, longestPauseMs);
  // Between half and all of it, so that many do not come back at the same moment.
  const next = { ...one, attempts: one.attempts + 1, dueAt: now + pause / 2 + random.int(pause / 2) };
  return hopeless || now - one.firstAt >= triedForMs ? { ...next, diedAt: now } : next;
}

function breaker(state: EndpointState, now: number, sent: readonly Sent[]) {
  if (sent.length === 0) return {};
  if (sent.some(isTaken)) return { failures: 0, restsUntil: 0 };
  const failures = state.failures + 1;
  const rest = failures < opensAfter ? 0 : Math.min(firstPauseMs * 2 ** (failures - opensAfter), longestRestMs);
  return { failures, restsUntil: now + rest };
}
