import type { Clock } from '../deps.ts';
import type { Instant } from '../ids.ts';
import type { Broker } from '../upstream/broker.ts';
import type { Observer, Outcome } from './observer.ts';

/** What Avain depends on. */
export type DependencyName = 'storage' | 'mail' | 'clock' | 'disk' | `broker:${string}`;

export type DependencyState = {
  readonly name: DependencyName;
  /** `unknown`: nothing was asked of it since this node started. */
  readonly state: 'well' | 'failing' | 'unknown';
  /** Since when it is so; null = unknown. */
  readonly since: Instant | null;
  /** Why it fails: fixed text, nothing of a request. */
  readonly code: string | null;
};

/** What this node has seen of them. Asking nobody: whoever looks at the states costs no dependency anything. */
export type Health = {
  note(name: DependencyName, failure: string | null): void;
  states(): readonly DependencyState[];
  readonly observer: Observer;
};

type HealthDeps = { readonly clock: Clock; readonly brokers: readonly Pick<Broker, 'id' | 'enabled'>[] };

export function createHealth({ clock, brokers }: HealthDeps): Health {
  const states = new Map<DependencyName, DependencyState>();
  const used = brokers.filter(({ enabled }) => enabled).map(({ id }) => `broker:${id}` as const);
  const names: readonly DependencyName[] = ['storage', 'mail', ...used, 'clock', 'disk'];
  for (const name of names) states.set(name, { name, state: 'unknown', since: null, code: null });

  function note(name: DependencyName, failure: string | null): void {
    const before = states.get(name);
    // One that is switched off is nobody's dependency.
    if (before === undefined) return;
    const state = failure === null ? 'well' : 'failing';
    if (before.state === state && before.code === failure) return;
    const since = before.state === state ? before.since : clock.now();
    states.set(name, { name, state, since, code: failure });
  }

  return {
    note,
    states: () => [...states.values()],
    observer: {
      begin: ({ kind, name }) => {
        const dependency = kind === 'broker' ? (`broker:${name.split('.', 1)[0]}` as const) : kind;
        return ({ outcome, code }: Outcome) => {
          // A fault of ours tells nothing of them.
          if (outcome !== 'failed') note(dependency, outcome === 'unavailable' ? (code ?? 'unknown') : null);
        };
      },
      answered: () => undefined,
    },
  };
}
