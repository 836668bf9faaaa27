/** A screen task without a thread around it: time moves when told, and all it says is kept. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import { CharsetNames } from '#src/screen/cursors.ts';
import type { Answer, Notice, OpenMessage } from '#src/screen/messages.ts';
import { ScreenTask, type Job } from '#src/screen/screen-task.ts';

/** A job without what the thread adds to it. */
type Wish = Job extends infer One
  ? One extends Job
    ? Omit<One, 'screen' | 'request'>
    : never
  : never;

export class TaskHarness {
  readonly clock = new ManualClock();
  readonly said: (Notice | Answer)[] = [];
  readonly task: ScreenTask;
  #requests = 0;

  constructor(open: Partial<OpenMessage> & { size: TerminalSize }) {
    const sink = {
      clock: this.clock,
      charsets: new CharsetNames(),
      say: (message: Notice | Answer) => void this.said.push(message),
      wake: () => this.run(),
    };
    const defaults = { kind: 'open', screen: 1, offset: 0, answeredElsewhere: [] } as const;
    this.task = new ScreenTask({ ...defaults, answeredElsewhere: [], ...open }, sink);
    this.run();
  }

  run(): void {
    while (this.task.hasWork) this.task.work();
  }

  /** Asked for, not yet done: run() does it. */
  queue(wish: Wish): void {
    // The request number is ignored by jobs that have none.
    this.task.accept({ screen: 1, request: ++this.#requests, ...wish } as Job);
  }

  write(text: string | Uint8Array): void {
    this.queue({ kind: 'write', bytes: new Uint8Array(Buffer.from(text)) });
    this.run();
  }

  text(rowsMax = 10): readonly string[] {
    this.queue({ kind: 'text', rowsMax });
    this.run();
    const answer = this.said.at(-1);
    return answer?.kind === 'text' ? answer.rows : ['no answer'];
  }

  snapshot(scrollbackLines = 100): { offset: number; text: string; bytes: Uint8Array } {
    this.queue({ kind: 'snapshot', scrollbackLines });
    this.run();
    const answer = this.said.at(-1);
    if (answer?.kind !== 'snapshot') throw new Error('no snapshot');
    return { ...answer, text: Buffer.from(answer.bytes).toString() };
  }

  get replies(): string[] {
    return this.said.flatMap((message) =>
      message.kind === 'reply' ? [Buffer.from(message.bytes).toString()] : [],
    );
  }

  get titles(): string[] {
    return this.said.flatMap((message) => (message.kind === 'title' ? [message.title] : []));
  }

  count(kind: (Notice | Answer)['kind']): number {
    return this.said.filter((message) => message.kind === kind).length;
  }
}
