/**
 * The life of our keys towards a broker (docs/brokers.md has the table). A rotation is three steps of one key role, and
 * only one rotation of a role is under way at a time:
 *
 * 1. create: a new key, `pending`. sig: published, not yet used. enc: decrypts, not yet published. entity: listed in
 *    our entity statement, signs nothing.
 * 2. activate: the new key is used from now on; the old one is `retiring`. sig: still published. enc: no longer
 *    published, still decrypts. entity: still listed.
 * 3. remove: the old key is gone.
 *
 * Each wait is what keeps a broker that has read our keys yesterday able to talk to us today.
 */
import { type BrokerKey, createKey, type KeyRole, type PrivateJwks, roleOf, stateOf } from './keys.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long a key keeps a state at least, in milliseconds. */
export const leastMs: Readonly<Record<KeyRole, Readonly<{ pending: number; retiring: number }>>> = {
  // The trust network: published a day before it signs, and a day after.
  sig: { pending: dayMs, retiring: dayMs },
  // Every node must hold the private key before a broker may see the public one; a broker keeps keys a day at most.
  enc: { pending: hourMs, retiring: dayMs },
  // Entity statements go from hand to hand: two weeks for the broker to confirm the new one.
  entity: { pending: 14 * dayMs, retiring: dayMs },
};

/** What comes next for a role. `dueAt`: epoch milliseconds, before which it is too early. */
export type RotationStep =
  | Readonly<{ step: 'create'; dueAt: number }>
  | Readonly<{ step: 'activate' | 'remove'; kid: string; dueAt: number }>;

export function nextStep({ keys }: PrivateJwks, role: KeyRole): RotationStep {
  const found = (state: BrokerKey['avain_state']) =>
    keys.find((key) => roleOf(key) === role && key.avain_state === state);
  const retiring = found('retiring');
  if (retiring) return { step: 'remove', kid: String(retiring.kid), dueAt: sinceMs(retiring) + leastMs[role].retiring };
  const pending = found('pending');
  if (pending) return { step: 'activate', kid: String(pending.kid), dueAt: sinceMs(pending) + leastMs[role].pending };
  return { step: 'create', dueAt: 0 };
}

/** The keys after the next step of one role. Whether it is time is the caller's to judge. */
export async function takeStep(
  { keys }: PrivateJwks,
  role: KeyRole,
  { now, ec = false }: { now: number; ec?: boolean },
): Promise<PrivateJwks> {
  const next = nextStep({ keys }, role);
  const since = new Date(now).toISOString();
  if (next.step === 'create') return { keys: [...keys, await createKey(role, { state: 'pending', since, ec })] };
  if (next.step === 'remove') return { keys: keys.filter(({ kid }) => kid !== next.kid) };
  return {
    keys: keys.map((key) => {
      if (key.kid === next.kid) return { ...key, avain_state: 'active', avain_since: since };
      const replaced = roleOf(key) === role && stateOf(key) === 'active';
      return replaced ? { ...key, avain_state: 'retiring', avain_since: since } : key;
    }),
  };
}

/** Epoch milliseconds; a key that does not tell has had its state for ever. */
export function sinceMs({ avain_since: since }: BrokerKey): number {
  const ms = Date.parse(since ?? '');
  return Number.isNaN(ms) ? 0 : ms;
}
