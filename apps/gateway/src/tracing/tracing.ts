/** Sends spans to the collector, in batches. Where none is named, nothing of OpenTelemetry's SDK is even loaded. */
import type { Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { context, propagation, trace } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { TRACES_FLUSH_MS, TRACES_SEND_TIMEOUT_MS } from '../limits.ts';
import type { TracingConfig } from './config.ts';

export interface TracingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly release: string;
  readonly environment: string;
}

export class Tracing implements Part {
  readonly name = 'tracing';
  readonly #config: TracingConfig | undefined;
  readonly #deps: TracingDeps;
  #provider: TracerProvider | undefined;

  constructor(config: TracingConfig | undefined, deps: TracingDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  async start(): Promise<void> {
    if (this.#config === undefined) return;
    const { url, headers, sampled } = this.#config;
    const [sdk, { OTLPTraceExporter }, { AsyncLocalStorageContextManager }, resources, core] =
      await Promise.all([
        import('@opentelemetry/sdk-trace'),
        import('@opentelemetry/exporter-trace-otlp-http'),
        import('@opentelemetry/context-async-hooks'),
        import('@opentelemetry/resources'),
        import('@opentelemetry/core'),
      ]);
    const { release, environment, logger } = this.#deps;
    const timeoutMillis = TRACES_SEND_TIMEOUT_MS;
    const otlp = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis });
    const exporter = tellingOutages(otlp, logger);
    this.#provider = new sdk.TracerProvider({
      resource: resources.resourceFromAttributes({
        'service.name': 'dashboard-gateway',
        'service.version': release,
        'deployment.environment.name': environment,
      }),
      sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sampled) }),
      spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
    });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(this.#provider);
  }

  /** What is not sent by then is lost: nobody waits longer for a collector. */
  async stop(): Promise<void> {
    const provider = this.#provider;
    if (provider === undefined) return;
    this.#provider = undefined;
    for (const api of [trace, context, propagation]) api.disable();
    const { clock, logger } = this.#deps;
    const limit = { clock, timeoutMs: TRACES_FLUSH_MS, what: 'send the last spans' };
    await withDeadline(provider.shutdown(), limit).catch((err: unknown) =>
      logger.warn({ err }, 'the last spans were not sent'),
    );
  }
}

/** Says when the collector stops taking spans, and when it takes them again: once each. */
function tellingOutages(exporter: SpanExporter, logger: Logger): SpanExporter {
  let isFailing = false;
  return {
    export: (spans: ReadableSpan[], done) =>
      exporter.export(spans, (result) => {
        const { error: err } = result;
        if (err !== undefined && !isFailing) {
          logger.warn({ err, event: 'traces_lost' }, 'the collector takes no spans');
        } else if (err === undefined && isFailing) {
          logger.info({ event: 'traces_sent' }, 'the collector takes spans again');
        }
        isFailing = err !== undefined;
        done(result);
      }),
    shutdown: async () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
