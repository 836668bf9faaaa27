/**
 * The baseline: ws and node-pty in one process, written as one writes it on an afternoon. The path
 * names a session: its first viewer starts it, all see the same bytes. No flow control, no memory.
 */
import { createServer } from 'node:http';
import { spawn, type IPty } from 'node-pty';
import { WebSocketServer, type WebSocket } from 'ws';

const SIZE = { cols: 120, rows: 32 };
const sessions = new Map<string, { pty: IPty; viewers: Set<WebSocket> }>();

function start(path: string): { pty: IPty; viewers: Set<WebSocket> } {
  const pty = spawn('/bin/sh', ['-l'], { ...SIZE, encoding: null });
  const viewers = new Set<WebSocket>();
  pty.onData((bytes) => {
    for (const viewer of viewers) viewer.send(bytes, { binary: true });
  });
  pty.onExit(() => sessions.delete(path));
  const session = { pty, viewers };
  sessions.set(path, session);
  return session;
}

const http = createServer((request, response) => {
  if (request.method === 'DELETE') sessions.get(request.url ?? '')?.pty.kill('SIGKILL');
  response.end();
});

new WebSocketServer({ server: http }).on('connection', (socket, { url }) => {
  const { pty, viewers } = sessions.get(url ?? '') ?? start(url ?? '');
  viewers.add(socket);
  socket.on('message', (bytes: Buffer) => pty.write(bytes.toString()));
  socket.on('close', () => viewers.delete(socket));
});

http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`{"event":"listening","url":"ws://127.0.0.1:${port}"}\n`);
});
