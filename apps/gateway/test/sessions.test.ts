/** The main job, over real sockets: start a session, type in it, watch it from two places, end it. */
import { startStack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { describe, expect, test } from 'vitest';

describe.each(['tmux', 'pty'] as const)('%s', (engine) => {
  test('what one types both see, and the end is told with its code', async () => {
    const stack = await startStack({ engine });
    const { owner, projects } = stack;
    const session = await owner.startSession({ directory: projects });
    expect(session).toMatchObject({ phase: 'running', engine, directory: projects });
    const ann = await new TerminalClient(owner, session.id).attach();
    const ben = await new TerminalClient(owner, session.id).attach();
    ann.type('echo he""llo\r');
    await ann.waitForText('hello\r\n');
    await ben.waitForText('hello\r\n');
    ann.type('exit 7\r');
    expect(await ben.waitForFrame('exited')).toMatchObject({ code: 7, isLost: false });
    expect(await owner.session(session.id)).toMatchObject({ phase: 'exited', exitCode: 7 });
  });
});
