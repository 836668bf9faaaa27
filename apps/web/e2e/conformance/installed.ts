/** Which programs this machine has. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from '../dashboard.ts';

/** Skips the test where the program is missing, and says so: nobody shall take that for a pass. */
export function needs(program: string): void {
  const isMissing = !isInstalled(program);
  if (isMissing) process.stderr.write(`SKIPPED: ${program} is not installed here\n`);
  test.skip(isMissing, `${program} is not installed here`);
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
