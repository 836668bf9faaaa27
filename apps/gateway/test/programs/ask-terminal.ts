/**
 * A program for a session: asks its terminal one question after the other and writes down what comes
 * back. Behind each question it asks what tmux answers and what the worker's screen answers: whoever
 * answers, does so in order, so that with these answers everything to the question has come.
 * Answers stand as hex in a file, so that nothing else does.
 * Arguments: the file; one whose coming starts it; questions as hex.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { systemClock } from '@dashboard/runtime/clock';

/** Once, at the end, for whoever would answer neither in order nor in time. */
const QUIET_MS = 400;
const LOOK_EVERY_MS = 10;
const [file = '', startFile = '', ...questions] = process.argv.slice(2);
let came = '';

process.stdin.setRawMode(true);
process.stdin.on('data', (bytes: Buffer) => (came += bytes.toString('latin1')));
process.stdout.write('READY\n');
while (!existsSync(startFile)) await delay(LOOK_EVERY_MS);
const answers: string[] = [];
for (const [place, question] of questions.entries()) {
  process.stdout.write(Buffer.from(question, 'hex'));
  // The place makes the first one unlike any other; nobody asks the others.
  const column = 1 + place;
  process.stdout.write(`\x1b[1;${column}H\x1b[6n\x1b[?7$p\x1b[=c`);
  answers.push(
    await takenOut([
      new RegExp(`\\x1b\\[1;${column}R`),
      /\x1b\[\?7;\d\$y/,
      /\x1bP!\|[^\x1b]*\x1b\\/,
    ]),
  );
}
await delay(QUIET_MS);
answers.push(came);
writeFileSync(file, JSON.stringify(answers.map((text) => Buffer.from(text).toString('hex'))));
process.stdout.write('\nDONE\n');
process.exit(0);

/** @returns what has come besides, once all of them are there */
async function takenOut(last: readonly RegExp[]): Promise<string> {
  while (!last.every((answer) => answer.test(came))) await delay(LOOK_EVERY_MS);
  const rest = last.reduce((text, answer) => text.replace(answer, ''), came);
  came = '';
  return rest;
}

async function delay(ms: number): Promise<void> {
  await new Promise<void>((resolve) => systemClock.after(ms, resolve));
}
