/**
 * Secrets that lie in a Vault or in AWS Secrets Manager, written to the files that the daemons read. The
 * daemons know files alone: what may read the whole store is not in the process that faces the network.
 */
export { parseSecretsConfig, type SecretsConfig } from './config.ts';
export { SecretsUnreachable } from './document.ts';
export { KeptSecrets } from './kept-secrets.ts';
