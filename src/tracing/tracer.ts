import type { Span, Context as TraceContext } from '@opentelemetry/api';
import type { Sampler } from '@opentelemetry/sdk-trace';
import type { Middleware } from 'koa';
import type { Config } from '../config/schema.ts';
import { routeOf } from '../http/request-log.ts';
import type { Observer, Operation, Outcome } from '../observing/observer.ts';

type Settings = Config['tracing'];

/** W3C Trace Context, version 00. */
const traceparentForm = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

async function loadLibrary() {
  const [api, sdk, exporter, resources, contexts] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/context-async-hooks'),
  ]);
  return { ...api, ...sdk, ...exporter, ...resources, ...contexts };
}
type Library = Awaited<ReturnType<typeof loadLibrary>>;

export async function createTracer(settings: Settings, url: string, trustParent: boolean) {
  const library = await loadLibrary();
  const { defaultResource, resourceFromAttributes, detectResources, envDetector } = library;
  const provider = new library.TracerProvider({
    sampler: samplerOf(library, settings),
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ 'service.name': settings.serviceName })),
    spanProcessors: [new library.BatchSpanProcessor({ exporter: new library.OTLPTraceExporter({ url }) })],
  });
  const tracer = provider.getTracer('avain');
  const contexts = new library.AsyncLocalStorageContextManager().enable();
  return {
    provider,
    middleware: requestSpans({ library, tracer, contexts, trustParent }),
    observer: operationSpans({ library, tracer, contexts }),
  };
}

type Parts = {
  readonly library: Library;
  readonly tracer: ReturnType<InstanceType<Library['TracerProvider']>['getTracer']>;
  readonly contexts: InstanceType<Library['AsyncLocalStorageContextManager']>;
};

function samplerOf(library: Library, { sampler, samplerShare }: Settings): Sampler {
  const root = {
    always_on: () => new library.AlwaysOnSampler(),
    always_off: () => new library.AlwaysOffSampler(),
    traceidratio: () => new library.TraceIdRatioBasedSampler(samplerShare),
  };
  const plain = sampler.replace('parentbased_', '') as keyof typeof root;
  return plain === sampler ? root[plain]() : new library.ParentBasedSampler({ root: root[plain]() });
}

function requestSpans({ library, tracer, contexts, trustParent }: Parts & { trustParent: boolean }): Middleware {
  const { SpanKind, SpanStatusCode, ROOT_CONTEXT, trace } = library;
  return async (ctx, next) => {
    const parent = trustParent ? parentOf(library, ctx.get('traceparent')) : ROOT_CONTEXT;
    const span = tracer.startSpan('request', { kind: SpanKind.SERVER }, parent);
    try {
      await contexts.with(trace.setSpan(parent, span), next);
    } finally {
      const route = routeOf(ctx);
      span.updateName(`${ctx.method} ${route}`);
      span.setAttributes({
        'http.request.method': ctx.method,
        'http.route': route,
        'http.response.status_code': ctx.status,
        'avain.request_id': ctx.response.get('X-Request-Id'),
      });
      if (ctx.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
  };
}

function parentOf({ ROOT_CONTEXT, trace }: Library, traceparent: string): TraceContext {
  const [, traceId, spanId, flags] = traceparentForm.exec(traceparent) ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function operationSpans({ library, tracer, contexts }: Parts): Observer {
  const { SpanKind, SpanStatusCode, trace } = library;
  const begin = ({ kind, name }: Operation): Span =>
    tracer.startSpan(`${kind} ${name}`, { kind: SpanKind.CLIENT }, contexts.active());
  return {
    begin(operation) {
      // What the workers in the background ask of the store all the time is nobody's trace.
      if (operation.kind === 'storage' && trace.getSpan(contexts.active()) === undefined) return () => undefined;
      const span = begin(operation);
      return ({ outcome, code }: Outcome) => {
        span.setAttribute('avain.outcome', outcome);
        if (code !== null) span.setAttribute('avain.code', code);
        if (outcome === 'unavailable' || outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      };
    },
    answered: () => undefined,
  };
}
