/** Where the time of a request goes, told to a collector of OpenTelemetry; off unless one is named. */
export { parseTracing, type TracingConfig } from './config.ts';
export { inSpan, inSpanIfTraced, type Piece } from './span.ts';
export { requestSpans } from './request-spans.ts';
export { Tracing } from './tracing.ts';
