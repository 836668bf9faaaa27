/**
 * The other baseline: ws and node-pty in one process, and in each viewer's PTY `tmux attach`. The
 * path names a session of tmux, which its first viewer makes. Arguments: a tmux client's own.
 */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { spawn } from 'node-pty';
import { WebSocketServer } from 'ws';

const SIZE = { cols: 120, rows: 32 };
const [tmux = 'tmux', ...options] = process.argv.slice(2);
const nameOf = (url = ''): string => url.slice(1);

const http = createServer((request, response) => {
  const argv = [...options, 'kill-session', '-t', nameOf(request.url)];
  execFile(tmux, argv, () => response.end());
});

new WebSocketServer({ server: http }).on('connection', (socket, { url }) => {
  const session = ['new-session', '-A', '-s', nameOf(url), '/bin/sh', '-l'];
  const pty = spawn(tmux, [...options, ...session], { ...SIZE, encoding: null });
  pty.onData((bytes) => socket.send(bytes, { binary: true }));
  pty.onExit(() => socket.close());
  socket.on('message', (bytes: Buffer) => pty.write(bytes.toString()));
  socket.on('close', () => pty.kill());
});

http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`{"event":"listening","url":"ws://127.0.0.1:${port}"}\n`);
});
