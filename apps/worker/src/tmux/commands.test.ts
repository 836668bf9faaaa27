/** S29: the quoting, against the parser of a real tmux. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@dashboard/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import { makeDirectory } from '../../test/pane-fixture.ts';
import { PATH } from '../../test/tmux-options.ts';
import { KILL_SERVER, LIST_SESSIONS, SERVER_IDENTITY } from './commands.ts';
import { ControlConnection, TmuxError } from './control-connection.ts';
import { TmuxServer } from './tmux-server.ts';

async function connect(directory: string): Promise<ControlConnection> {
  const configPath = new URL('../../../../docker/tmux.conf', import.meta.url).pathname;
  const server = new TmuxServer({
    ...{ runtimeDirectory: directory, configPath, binary: 'tmux', path: PATH, home: directory },
  });
  await server.prepare();
  const connection = new ControlConnection(server.startClient(), systemClock);
  onTestFinished(async () => {
    await connection.close();
    const last = new ControlConnection(server.startClient(), systemClock);
    await last.attached();
    await last.send([KILL_SERVER]).catch(() => undefined);
    await last.closed;
  });
  await connection.attached();
  return connection;
}

test('every character reaches tmux as it is, and nothing in a word is a command', async () => {
  const directory = await makeDirectory();
  const connection = await connect(directory);
  const every = Array.from({ length: 255 }, (_, at) => String.fromCharCode(at + 1));
  const words = [
    every.join(''),
    ...every.slice(0, 127),
    ...['a;', ';', ' ; kill-server', '%if x', '~', '~root', '$HOME', '${HOME}', '#{pid}'],
    ...["it's", '"', '\\', '\\"', '{', '}', '{ x }', 'A=b', '#(touch pwned)', '漢字👩‍👩‍👧'],
  ];
  for (const word of words) {
    const path = join(directory, 'buffer');
    await connection.send([
      ['set-buffer', '-b', 'x', '--', word],
      ['save-buffer', '-b', 'x', path],
    ]);
    expect(await readFile(path, 'utf8')).toBe(word);
  }
});

test('a command that cannot be done is an error, and those behind it are not done', async () => {
  const connection = await connect(await makeDirectory());
  const failing = connection.send([
    ['set-buffer', '-b', 'x', 'before'],
    ['kill-pane', '-t', '%99'],
    ['set-buffer', '-b', 'x', 'behind'],
  ]);
  await expect(failing).rejects.toThrow(TmuxError);
  const [reply] = await connection.send([['show-buffer', '-b', 'x']]);
  expect(reply?.toString()).toBe('before');
  await expect(connection.send([['no-such-command']])).rejects.toThrow('unknown command');
});

test('commands in flight when the client ends are told so', async () => {
  const connection = await connect(await makeDirectory());
  const [identity] = await connection.send([SERVER_IDENTITY]);
  const server = Number.parseInt(identity?.toString() ?? '', 10);
  process.kill(server, 'SIGSTOP'); // it does not answer
  onTestFinished(() => void process.kill(server, 'SIGCONT'));
  const waiting = connection.send([LIST_SESSIONS]);
  const ended = expect(waiting).rejects.toMatchObject({ code: 'worker_unavailable' });
  await connection.close();
  await ended;
  await expect(connection.send([['list-sessions']])).rejects.toMatchObject({
    code: 'worker_unavailable',
  });
});
