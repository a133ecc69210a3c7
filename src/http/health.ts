import type { Context } from 'koa';
import type { Deps } from '../deps.ts';
import { codeOf } from '../errors.ts';

/**
 * Live: the process answers. Ready: storage answers and keys are loaded; never depends on a broker or SMTP, whose
 * outages people can be told about. `stopping` turns readiness off while the last requests are served.
 */
export function healthRoutes({ storage, log }: Pick<Deps, 'storage' | 'log'>, stopping: () => boolean) {
  return {
    live: (ctx: Context): void => {
      ctx.body = { status: 'live' };
    },
    ready: async (ctx: Context): Promise<void> => {
      try {
        if (stopping()) throw new Error('stopping');
        await storage.ping();
        ctx.body = { status: 'ready' };
      } catch (error) {
        log.warn({ code: codeOf(error) }, 'not ready');
        ctx.status = 503;
        ctx.body = { status: 'not ready' };
      }
    },
  };
}
