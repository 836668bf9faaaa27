/**
 * The fake Anthropic endpoint for a person who wants to try Claude Code, or the dashboard with it,
 * without a network or an account. Argument: the port, 4700 when none is named. Ctrl-C ends it.
 */
import { startFakeAnthropic } from '../src/anthropic/index.ts';

const port = Number(process.argv[2] ?? 4_700);
const endpoint = await startFakeAnthropic(() => {}, {
  port,
  onCharge: (charge) => console.log(JSON.stringify(charge)),
});
console.log(`listening on ${endpoint.url}; in another terminal:

  export ANTHROPIC_BASE_URL=${endpoint.url} ANTHROPIC_API_KEY=sk-ant-dummy
  claude --permission-mode manual

and prompts such as "BASH: ls", "WRITE: a.txt words", "ASK: Which? | this | that", "SLOW: 20"`);
