/**
 * OpenTelemetry traces live here: a span for each request, and below it one for each thing that Avain asks of its store, its
 * brokers and its mail server. The library is loaded only where an endpoint is set. May import observing/, http/ and the
 * library, whose global registers stay untouched.
 *
 * Promises: a span holds a route, a status, codes and the request's id, nothing else of a request; a `traceparent` is
 * believed only behind a proxy of ours; an endpoint that does not answer costs people nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Middleware } from 'koa';
import type { Config } from '../config/schema.ts';
import { type Observer, silentObserver } from '../observing/observer.ts';
import { createTracer } from './tracer.ts';

export type Tracing = {
  readonly observer: Observer;
  readonly middleware: Middleware;
  /** Sends what is left, at most for some seconds. */
  stop(): Promise<void>;
};

const noTracing: Tracing = {
  observer: silentObserver,
  middleware: (_ctx, next) => next(),
  stop: async () => undefined,
};

const lastSendMs = 3_000;

export async function createTracing({ tracing, proxy }: Pick<Config, 'tracing' | 'proxy'>): Promise<Tracing> {
  const { endpoint, tracesEndpoint, disabled } = tracing;
  const url = tracesEndpoint ?? (endpoint && `${endpoint.replace(/\/$/, '')}/v1/traces`);
  if (url === null || disabled) return noTracing;
  const { provider, ...tracer } = await createTracer(tracing, url, proxy.trustedHops > 0);
  return {
    ...tracer,
    stop: () =>
      Promise.race([provider.shutdown().catch(() => undefined), sleep(lastSendMs, undefined, { ref: false })]),
  };
}
