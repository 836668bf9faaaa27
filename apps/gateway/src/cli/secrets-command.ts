/** `dashboard secrets [--keep]`: files of secrets, from the store that SECRETS_PROVIDER names. */
import type { Clock } from '@dashboard/runtime/clock';
import type { Environment } from '@dashboard/runtime/config';
import { Lifecycle } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { KeptSecrets, parseSecretsConfig, type SecretsConfig } from '../secrets/index.ts';

export interface SecretsSurroundings {
  readonly env: Environment;
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly loggerOf: (config: SecretsConfig) => Logger;
}

/** Once. @throws ConfigurationError, SecretsUnreachable */
export async function fetchSecrets({
  env,
  clock,
  say,
  loggerOf,
}: SecretsSurroundings): Promise<void> {
  const config = parseSecretsConfig(env);
  if (config === undefined) return say('secrets are files here: SECRETS_PROVIDER is not set');
  const changed = await new KeptSecrets(config, { clock, logger: loggerOf(config) }).once();
  say(changed.length === 0 ? 'nothing changed' : `written: ${changed.join(', ')}`);
}

/** For as long as it runs; undefined where secrets are files alone. */
export function keepSecrets({ env, clock, loggerOf }: SecretsSurroundings) {
  const config = parseSecretsConfig(env);
  if (config === undefined) return undefined;
  const logger = loggerOf(config);
  return {
    logger,
    lifecycle: new Lifecycle([new KeptSecrets(config, { clock, logger })], { clock }),
  };
}
