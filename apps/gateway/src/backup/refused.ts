/** A backup that is not made or not used, with the reason in words for whoever typed the command. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
