/** One question to a store, over HTTP: bounded, without redirects, and without a word of the answer in an error. */
import { Value } from 'typebox/value';
import type { Static, TSchema } from 'typebox';
import { SecretsUnreachable } from './document.ts';
import { ASK_TIMEOUT_MS, REPLY_BYTES_MAX } from './limits.ts';

export interface Question<T extends TSchema> {
  /** Names the store in errors. */
  readonly what: string;
  readonly url: string;
  readonly request: RequestInit;
  readonly answer: T;
  /** Reads a code, never a text, from what comes with a refusal. */
  readonly codeOf?: (body: unknown) => string | undefined;
}

/** Others may be better in a moment; a wrong login or path will not. */
const mayPass = (status: number): boolean => status >= 500 || status === 429;

/** @throws SecretsUnreachable */
export async function ask<T extends TSchema>(question: Question<T>): Promise<Static<T>> {
  const { what, url, request, answer, codeOf } = question;
  let response: Response;
  let text: string;
  try {
    // A redirect would carry the credential to another host.
    const bounds = { redirect: 'manual', signal: AbortSignal.timeout(ASK_TIMEOUT_MS) } as const;
    response = await fetch(url, { ...request, ...bounds });
    text = await response.text();
  } catch (error) {
    throw new SecretsUnreachable(`${what} is not reached: ${reasonOf(error)}`, { mayPass: true });
  }
  const body = text.length > REPLY_BYTES_MAX ? undefined : parse(text);
  if (!response.ok) {
    const code = codeOf?.(body);
    const why =
      code === undefined ? `status ${response.status}` : `status ${response.status}, ${code}`;
    throw new SecretsUnreachable(`${what} refuses: ${why}`, { mayPass: mayPass(response.status) });
  }
  if (!Value.Check(answer, body))
    throw new SecretsUnreachable(`${what} answers what is not of its kind`);
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `ECONNREFUSED`, not an address or a header. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.name : 'unknown';
}
