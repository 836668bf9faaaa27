/** What `npm start` tells the person once it runs, and when it has stopped. */
import type { Plan } from './plan.ts';

const LABEL_COLS = 11;

/** @param addresses as the gateway printed them; `setup` only while there is no user */
export function welcome(plan: Plan, addresses: { url: string; setup: string | undefined }): string {
  const isLoopback = ['127.0.0.1', '::1', 'localhost'].includes(plan.host);
  return block([
    ['open', addresses.url],
    [
      'first time',
      addresses.setup && `${addresses.setup}\n${indent('makes the administrator, works once')}`,
    ],
    ['projects', plan.projects.join('\n' + indent(''))],
    ['engine', plan.engine],
    ['data', plan.data.path],
    ['sockets', plan.data.run.startsWith(plan.data.path) ? undefined : plan.data.run],
    ['stop', plan.engine === 'tmux' ? 'Ctrl-C (sessions go on)' : 'Ctrl-C (ends the sessions)'],
    [
      'careful',
      isLoopback ? undefined : `on ${plan.host} passwords travel in clear: put TLS in front`,
    ],
  ]);
}

/** @param sessions that tmux still keeps */
export function farewell(sessions: readonly string[], tmuxSocket: string): string {
  const [first] = sessions;
  if (first === undefined) return 'Stopped.\n';
  const count = sessions.length === 1 ? '1 session goes on' : `${sessions.length} sessions go on`;
  const heading = `Stopped. ${count} in tmux and will be found again at the next start.\n`;
  return (
    heading +
    block([
      ['look in', `tmux -S ${tmuxSocket} attach -t ${first}`],
      ['end all', `tmux -S ${tmuxSocket} kill-server`],
    ])
  );
}

function block(rows: readonly (readonly [string, string | undefined])[]): string {
  const lines = rows
    .filter(([, text]) => text !== undefined)
    .map(([label, text]) => `  ${label.padEnd(LABEL_COLS)} ${text}`);
  return `\n${lines.join('\n')}\n\n`;
}

function indent(text: string): string {
  return `${' '.repeat(LABEL_COLS + 3)}${text}`;
}
