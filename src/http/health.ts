import type { Context } from 'koa';
import type { Deps } from '../deps.ts';
import { codeOf } from '../errors.ts';

/** Why a balancer should send nobody here: words of ours, nothing of an error's. */
type Reason = 'stopping' | 'storage-unavailable' | 'clock-set-back';

/**
 * Live: the process answers. Ready: storage answers and the clock has not been set back; never depends on a broker or
 * SMTP, whose outages people can be told about. `stopping` turns readiness off while the last requests are served.
 * Anybody may read the reasons: they are no more than what a visitor of the pages sees.
 */
export function healthRoutes(
  { storage, health, log }: Pick<Deps, 'storage' | 'health' | 'log'>,
  stopping: () => boolean,
) {
  async function reasons(): Promise<readonly Reason[]> {
    // Nothing else matters then.
    if (stopping()) return ['stopping'];
    const clock = health.states().find(({ name }) => name === 'clock');
    const answers = await storage.ping().then(
      () => true,
      (error) => {
        log.warn({ code: codeOf(error) }, 'not ready');
        return false;
      },
    );
    return [
      ...(answers ? [] : (['storage-unavailable'] as const)),
      ...(clock?.state === 'failing' ? (['clock-set-back'] as const) : []),
    ];
  }

  return {
    live: (ctx: Context): void => {
      ctx.body = { status: 'live' };
    },
    ready: async (ctx: Context): Promise<void> => {
      const why = await reasons();
      ctx.status = why.length === 0 ? 200 : 503;
      ctx.body = why.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons: why };
    },
  };
}
