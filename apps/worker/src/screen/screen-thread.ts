/** A thread that parses: takes messages for its screens and gives each a slice in turn. */
import { isMainThread, parentPort } from 'node:worker_threads';
import { invariant } from '@dashboard/protocol/invariant';
import { systemClock as clock } from '@dashboard/runtime/clock';
import { CharsetNames } from './cursors.ts';
import { TURN_MS } from './limits.ts';
import { parseToThread, type Answer, type FromThread, type Notice } from './messages.ts';
import { ScreenTask, type TaskSink } from './screen-task.ts';

invariant(!isMainThread && parentPort !== null, 'parsing would block the worker');
const port = parentPort;

const charsets = new CharsetNames();
const tasks = new Map<number, ScreenTask>();
/** In the order of their turns. */
const busy = new Set<ScreenTask>();
let isTurnDue = false;

port.on('message', (message: unknown) => {
  const job = parseToThread(message);
  if (job.kind === 'open') {
    const task: ScreenTask = new ScreenTask(
      job,
      sinkOf(() => task),
    );
    tasks.set(job.screen, task);
    makeBusy(task);
    return;
  }
  const task = tasks.get(job.screen);
  if (task === undefined) return; // closed; what was asked of it is not waited for any more
  if (job.kind === 'close') {
    tasks.delete(job.screen);
    busy.delete(task);
    task.close();
    return;
  }
  task.accept(job);
  makeBusy(task);
});
say({ kind: 'ready' });

function sinkOf(task: () => ScreenTask): TaskSink {
  return { clock, charsets, say, wake: () => makeBusy(task()) };
}

function makeBusy(task: ScreenTask): void {
  if (task.hasWork) busy.add(task);
  if (busy.size === 0 || isTurnDue) return;
  isTurnDue = true;
  clock.soon(turn);
}

function turn(): void {
  isTurnDue = false;
  const endMs = clock.monotonicMs() + TURN_MS;
  for (const task of busy) {
    busy.delete(task);
    task.work();
    if (task.hasWork) busy.add(task); // behind the others
    if (clock.monotonicMs() >= endMs) break;
  }
  if (busy.size === 0) return;
  isTurnDue = true;
  clock.soon(turn);
}

function say(message: Notice | Answer | FromThread): void {
  port.postMessage(message, bytesOf(message));
}

/**
 * Moved to the other thread, not copied; but for what is kept there, since malloc could give back
 * nothing of this thread's memory while a piece of it lives on between the rest.
 */
function bytesOf(message: FromThread): ArrayBuffer[] {
  return message.kind === 'snapshot' || message.kind === 'reply' ? [message.bytes.buffer] : [];
}
