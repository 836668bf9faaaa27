/**
 * Pieces of work that show in a trace. Nothing of a person's is in them: no titles, no paths, no text of
 * a terminal, no message of an error; a piece that failed says by which code. While tracing is off this
 * is the API of OpenTelemetry alone, which then does nothing (prom-client loads it in any case).
 */
import { DashboardError } from '@dashboard/protocol/errors';
import {
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from '@opentelemetry/api';

/** Whom a piece of work is done for, and of whom it is asked. */
const KINDS = { served: SpanKind.SERVER, asked: SpanKind.CLIENT } as const;

export interface Piece {
  /** From a fixed set. */
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly attributes?: Attributes;
}

export function tracer(): Tracer {
  return trace.getTracer('claude-code-dashboard');
}

/** Runs `work` as a part of what is under way. @throws what `work` throws */
export async function inSpan<T>(piece: Piece, work: () => Promise<T>): Promise<T> {
  return await tracer().startActiveSpan(piece.name, optionsOf(piece), async (span) => {
    try {
      return await work();
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The same for work that does not wait, and only inside of something that is traced. */
export function inSpanIfTraced<T>(piece: Piece, work: () => T): T {
  if (trace.getActiveSpan() === undefined) return work();
  return tracer().startActiveSpan(piece.name, optionsOf(piece), (span) => {
    try {
      return work();
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function optionsOf({ kind, attributes = {} }: Piece): { kind: SpanKind; attributes: Attributes } {
  return { kind: KINDS[kind], attributes };
}

function failed(span: Span, error: unknown): void {
  const type = error instanceof DashboardError ? error.code : 'unexpected';
  span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
}
