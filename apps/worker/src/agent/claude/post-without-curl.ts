/**
 * What the forwarders run where there is no curl: posts what it reads to a path of a Unix socket and
 * prints the answer. Arguments: socket, file of headers, seconds, path, number of the process that
 * the agent started. Ends with 1 on any failure, having printed nothing. Imports nothing of ours: it starts on every tool call.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';

const [socketPath = '', headersFile = '', seconds = '1', path = '/', pid = ''] =
  process.argv.slice(2);
const MS_PER_S = 1000;

try {
  const headers: Record<string, string> = { 'hook-process': pid };
  for (const line of readFileSync(headersFile, 'utf8').split('\n')) {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  const signal = AbortSignal.timeout(Number(seconds) * MS_PER_S);
  const asking = request({ socketPath, path, method: 'POST', headers, signal }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () => {
      if (!response.complete || (response.statusCode ?? 500) >= 300) fail();
      else process.stdout.write(Buffer.concat(chunks));
    });
  });
  asking.on('error', fail);
  process.stdin.pipe(asking);
} catch {
  fail();
}

function fail(): never {
  process.exit(1);
}
