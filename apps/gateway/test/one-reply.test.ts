/** S47: what a program asks its terminal is answered exactly once, by however many it is watched. Others: docker-git. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { startStack } from '@dashboard/testkit/stack';
import { describe, expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, 'programs/ask-terminal.ts');
const TIMEOUT_MS = 60_000;
/** String answers end with ESC \ or with BEL; which is the answerer's choice. */
const END = '(?:\\x1b\\\\|\\x07)';

const QUESTIONS = {
  DA1: { ask: '\x1b[c', answer: /^\x1b\[\?[\d;]+c$/ },
  DA2: { ask: '\x1b[>c', answer: /^\x1b\[>[\d;]+c$/ },
  'DSR 5': { ask: '\x1b[5n', answer: /^\x1b\[0n$/ },
  'CPR 6': { ask: '\x1b[6n', answer: /^\x1b\[\d+;\d+R$/ },
  'DECRQM ?2026': { ask: '\x1b[?2026$p', answer: /^\x1b\[\?2026;[0-4]\$y$/ },
  'DECRQM ?2004': { ask: '\x1b[?2004$p', answer: /^\x1b\[\?2004;[12]\$y$/ },
  'DECRQM 4': { ask: '\x1b[4$p', answer: /^\x1b\[4;[0-4]\$y$/ },
  'OSC 10': { ask: '\x1b]10;?\x1b\\', answer: new RegExp(`^\\x1b\\]10;rgb:[\\da-f/]+${END}$`) },
  'OSC 11': { ask: '\x1b]11;?\x1b\\', answer: new RegExp(`^\\x1b\\]11;rgb:[\\da-f/]+${END}$`) },
  XTVERSION: { ask: '\x1b[>q', answer: /^\x1bP>\|[^\x1b]+\x1b\\$/ },
  // Never answered: who asks would then wait for keys in a protocol that the page does not type in.
  'kitty ?u': { ask: '\x1b[?u', answer: /^$/ },
  // tmux 3.3a answers with columns and rows the wrong way round, as every program in it knows.
  'XTWINOPS 18t': { ask: '\x1b[18t', answer: /^\x1b\[8;(30;100|100;30)t$/ },
} as const;

describe.each(['tmux', 'pty'] as const)('%s', (engine) => {
  test.each([0, 3])('with %i viewers', { timeout: TIMEOUT_MS }, async (viewers) => {
    const { owner, projects } = await startStack({ engine });
    const size = { cols: 100, rows: 30 };
    const session = await owner.startSession({ directory: projects, size });
    const file = join(projects, 'answers.json');
    const questions = Object.values(QUESTIONS).map(({ ask }) => Buffer.from(ask).toString('hex'));
    const typist = await new TerminalClient(owner, session.id, { size }).attach();
    const startFile = join(projects, 'start');
    const argv = [process.execPath, PROGRAM, file, startFile, ...questions];
    typist.type(`exec ${argv.join(' ')}\r`);
    await typist.waitForText('READY\r\n');
    if (viewers === 0) typist.close();
    for (let more = 1; more < viewers; more++) {
      await new TerminalClient(owner, session.id, { size }).attach();
    }
    await expect.poll(async () => (await owner.session(session.id)).viewers).toBe(viewers);
    writeFileSync(startFile, '');
    const poll = { timeout: TIMEOUT_MS };
    await expect.poll(async () => (await owner.session(session.id)).phase, poll).toBe('exited');
    const answers = (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((hex) =>
      Buffer.from(hex, 'hex').toString('latin1'),
    );
    const wrong = Object.entries(QUESTIONS).flatMap(([name, { answer }], place) => {
      const came = answers[place] ?? '';
      return answer.test(came) ? [] : [[name, came]];
    });
    expect(wrong).toEqual([]);
    expect(answers.slice(Object.keys(QUESTIONS).length), 'nothing comes late').toEqual(['']);
  });
});
