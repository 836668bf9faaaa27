/**
 * A program for a session: asks its terminal one question after the other and writes down what comes
 * back, until nothing has come for a while. Answers stand as hex in a file, so that nothing else does.
 * Arguments: the file; questions as hex.
 */
import { writeFileSync } from 'node:fs';
import { systemClock } from '@dashboard/runtime/clock';

const QUIET_MS = 400;
const [file = '', ...questions] = process.argv.slice(2);
let came = Buffer.alloc(0);

process.stdin.setRawMode(true);
process.stdin.on('data', (bytes: Buffer) => (came = Buffer.concat([came, bytes])));
process.stdout.write('READY\n');
await untilQuiet();
const answers: string[] = [];
for (const question of questions) {
  came = Buffer.alloc(0);
  process.stdout.write(Buffer.from(question, 'hex'));
  await untilQuiet();
  answers.push(came.toString('hex'));
}
writeFileSync(file, JSON.stringify(answers));
process.stdout.write('\nDONE\n');
process.exit(0);

async function untilQuiet(): Promise<void> {
  for (let length = -1; length !== came.length;) {
    length = came.length;
    await new Promise<void>((resolve) => systemClock.after(QUIET_MS, resolve));
  }
}
