/** The process that `npm start` leaves running: the plan in, worker and gateway kept alive, exit code out. */
import { join } from 'node:path';
import { systemClock } from '@dashboard/runtime/clock';
import { gatewayEnvironment, workerEnvironment } from './child-environment.ts';
import type { Program } from './child.ts';
import { formatLogLine, type LogLine } from './log-lines.ts';
import { parsePlan } from './plan.ts';
import { Supervisor } from './supervise.ts';
import { tmuxSessions } from './tmux-sessions.ts';
import { farewell, welcome } from './words.ts';

/** A terminal's Ctrl-C comes from the terminal and, again, from npm. A person needs longer for two. */
const SAME_SIGNAL_MS = 300;
/** The line with the set-up link follows the one that says "listening". */
const SETUP_LINE_TIMEOUT_MS = 300;

const plan = parsePlan(process.argv[2]);
const out = process.stdout;
const format = { isVerbose: plan.isVerbose, hasColours: out.isTTY };

let setup: string | undefined;
let welcomed: 'not yet' | 'soon' | 'yes' = 'not yet';

const supervisor = new Supervisor(programs(), systemClock, {
  logged(name, line) {
    const text = formatLogLine(name, line, format);
    if (text !== undefined) out.write(`${text}\n`);
    if (name === 'gateway') onGatewayLine(line);
  },
  happened: (name, text) => void out.write(`! ${name} ${text}\n`),
});

let signalledMs = -Infinity;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
process.once('disconnect', () => supervisor.stop()); // start.mjs was killed: nobody is left to stop us
process.once('exit', () => supervisor.killAtOnce()); // a bug of ours must not leave programs behind
out.on('error', () => undefined); // EIO: the terminal was closed, and SIGHUP says the same

const code = await supervisor.run();
if (code === 0) {
  const sessions = plan.engine === 'tmux' ? await tmuxSessions(plan.data.tmuxSocket) : [];
  out.write(farewell(sessions, plan.data.tmuxSocket));
}
process.exit(code);

function programs(): Program[] {
  const main = (app: string) => join(plan.root, 'apps', app, 'src', 'main.ts');
  return [
    {
      name: 'worker',
      argv: [plan.node, main('worker')],
      env: workerEnvironment(plan, process.env),
    },
    {
      name: 'gateway',
      argv: [plan.node, main('gateway')],
      env: gatewayEnvironment(plan, process.env),
    },
  ];
}

function onGatewayLine({ event, url }: LogLine): void {
  if (event === 'setup') {
    // A gateway that died before there was an administrator comes back with another token.
    if (welcomed === 'yes') out.write(`! the link for the first time is now ${url ?? ''}\n`);
    setup = url;
  }
  if (event !== 'listening' || url === undefined || welcomed !== 'not yet') return;
  welcomed = 'soon';
  systemClock.after(SETUP_LINE_TIMEOUT_MS, () => {
    welcomed = 'yes';
    out.write(welcome(plan, { url, setup }));
  });
}

function onSignal(): void {
  const nowMs = systemClock.monotonicMs();
  if (nowMs - signalledMs < SAME_SIGNAL_MS) return;
  signalledMs = nowMs;
  out.write('\nstopping …\n');
  supervisor.stop();
}
