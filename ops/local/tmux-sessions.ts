/** Asks our tmux server which sessions it keeps. */
import { execFile } from 'node:child_process';

/** The worker's own way in; nobody's session. */
const CONTROL_SESSION = '_control';
const REPLY_TIMEOUT_MS = 2_000;

/** @returns names; none when no server answers */
export function tmuxSessions(socketPath: string): Promise<readonly string[]> {
  const args = ['-S', socketPath, 'list-sessions', '-F', '#{session_name}'];
  return new Promise((resolve) => {
    execFile('tmux', args, { timeout: REPLY_TIMEOUT_MS }, (error, stdout) => {
      if (error) return resolve([]);
      resolve(stdout.split('\n').filter((name) => name !== '' && name !== CONTROL_SESSION));
    });
  });
}
