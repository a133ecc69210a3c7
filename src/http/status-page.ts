/**
 * `/status`: whether signing in, identification and mails work, for anybody who asks. It tells what this node has seen
 * (observing/health.ts) and asks nobody: a crowd that reloads it while something is down makes nothing worse.
 */
import type { Context } from 'koa';
import type { Deps } from '../deps.ts';
import type { DependencyState } from '../observing/health.ts';
import { isLocale } from './locale.ts';
import type { Pages } from './pages.ts';
import type { StatusModel } from './statement-models.ts';
import type { TextRef } from './views.ts';

type StatusDeps = Pick<Deps, 'health' | 'clock' | 'texts'> & { readonly pages: Pages };
type State = Pick<DependencyState, 'state' | 'since'>;

export function statusPage({ health, clock, texts, pages }: StatusDeps) {
  return (ctx: Context): void => {
    const { lang } = ctx.query;
    const locale = isLocale(lang) ? lang : pages.localeOf(ctx);
    const states = health.states();
    const some = (is: (name: string) => boolean): readonly State[] => states.filter(({ name }) => is(name));
    // No page could be shown without the disk; what the clock does to it, readiness tells the balancer.
    const parts = [
      partOf('status.sign-in', worst(some((name) => name === 'storage'))),
      // One broker that works is enough to identify.
      partOf('status.identification', best(some((name) => name.startsWith('broker:')))),
      partOf('status.mail', worst(some((name) => name === 'mail'))),
    ].filter((part) => part !== null);
    const told = parts.map((part) => ({ ...part, told: toldOf(part, (at) => texts.datetime(locale, at)) }));
    pages.send(ctx, 'pages/status', { parts: told, asOf: clock.now() }, { locale });
  };
}

const order = ['failing', 'unknown', 'well'] as const;
const sorted = (states: readonly State[]) =>
  states.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (b.since ?? 0) - (a.since ?? 0));
const worst = (states: readonly State[]): State | null => sorted(states)[0] ?? null;
const best = (states: readonly State[]): State | null => sorted(states).at(-1) ?? null;

type Part = State & { readonly name: TextRef };

/** null: this installation does not have it. */
function partOf(key: 'status.sign-in' | 'status.identification' | 'status.mail', state: State | null): Part | null {
  return state && { ...state, name: { key } };
}

function toldOf({ state, since }: State, written: (at: number) => string): StatusModel['parts'][number]['told'] {
  if (state === 'unknown') return { key: 'status.unknown' };
  if (state === 'failing') return { key: 'status.fails-since', params: { at: written(since ?? 0) } };
  return { key: 'status.works' };
}
