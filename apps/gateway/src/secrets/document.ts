/** The document in a store, and what each of its fields has to be. Nothing of it is ever in an error. */
import { ConfigurationError } from '@dashboard/runtime/config';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parseMasterKeys } from '../auth/index.ts';
import { METRICS_TOKEN_CHARS_MIN } from '../limits.ts';

/** The store cannot be asked, refuses, or holds what cannot be used. The message is for operators. */
export class SecretsUnreachable extends Error {
  override readonly name = 'SecretsUnreachable';
  /** Whether another try may end otherwise. */
  readonly mayPass: boolean;

  constructor(message: string, { mayPass = false }: { mayPass?: boolean } = {}) {
    super(message);
    this.mayPass = mayPass;
  }
}

const SecretsDocument = Type.Object({
  'jwt.keys': Type.String(),
  'metrics.token': Type.String({ pattern: `^[!-~]{${METRICS_TOKEN_CHARS_MIN},}\\s*$` }),
  'worker.key': Type.String({ pattern: '^[0-9a-fA-F]{64,}\\s*$' }),
});
export type SecretsDocument = Static<typeof SecretsDocument>;

/** @throws SecretsUnreachable naming the field that cannot be used */
export function parseSecrets(document: unknown): SecretsDocument {
  if (!Value.Check(SecretsDocument, document)) {
    const [first] = Value.Errors(SecretsDocument, document);
    const field = fieldOf(first?.instancePath, document);
    throw new SecretsUnreachable(`the store has no usable ${field}`);
  }
  try {
    parseMasterKeys(document['jwt.keys'], 'jwt.keys');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new SecretsUnreachable('the store has no usable jwt.keys');
  }
  return document;
}

function fieldOf(path: string | undefined, document: unknown): string {
  const named = path?.split('/')[1];
  if (named !== undefined && named !== '') return named;
  const held = typeof document === 'object' && document !== null ? Object.keys(document) : [];
  return Object.keys(SecretsDocument.properties).find((name) => !held.includes(name)) ?? 'document';
}
