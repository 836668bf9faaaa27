/** Whether requests are traced, and to where: the standard variables of OpenTelemetry that are read here. */
import {
  ConfigurationError,
  parseEnvironment,
  readAll,
  readSecretFile,
  type Environment,
} from '@dashboard/runtime/config';
import { Type } from 'typebox';

const Variables = Type.Object({
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
      description: 'http: or https: address of a collector, without /v1/traces',
    }),
  ),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({ default: 1, minimum: 0, maximum: 1 }),
});

export interface TracingConfig {
  /** OTLP over HTTP with JSON. */
  readonly url: string;
  /** Often a credential: never logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** Share of requests, 0 to 1. */
  readonly sampled: number;
}

/** @returns undefined where no collector is named. @throws ConfigurationError with all that is wrong */
export function parseTracing(env: Environment): TracingConfig | undefined {
  const { plain, headers } = readAll({
    plain: () => parseEnvironment(Variables, env),
    headers: () => parseHeaders(env['OTEL_EXPORTER_OTLP_HEADERS_FILE'] ?? ''),
  });
  if (plain.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return undefined;
  const base = plain.OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/+$/, '');
  return { url: `${base}/v1/traces`, headers, sampled: plain.OTEL_TRACES_SAMPLER_ARG };
}

function parseHeaders(path: string): Record<string, string> {
  if (path === '') return {};
  const name = 'OTEL_EXPORTER_OTLP_HEADERS_FILE';
  const lines = readSecretFile(path, name).toString('utf8').split('\n');
  const pairs = lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => /^([A-Za-z0-9-]+)\s*=\s*([\x20-\x7e]+)$/.exec(line));
  if (pairs.some((pair) => pair === null)) {
    throw new ConfigurationError([`${name}: ${path} must hold lines like authorization=Bearer …`]);
  }
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}
