/** The process: arguments in, tables or JSON out, progress beside them, and nothing left behind. */
import { cpus, release, totalmem } from 'node:os';
import { systemClock } from '@dashboard/runtime/clock';
import { parseArguments, ROUNDS_DEFAULT, SECONDS_DEFAULT, type Wish } from './arguments.ts';
import { runRow } from './bench.ts';
import { Ending } from './ending.ts';
import { claimTable, formatTable } from './measure/index.ts';
import { ROWS, type Findings } from './rows/index.ts';

const INTERRUPTED = 130;
const FAILED = 1;
const WRONG_USAGE = 64;
const GiB = 2 ** 30;

const HELP = `pnpm bench [row…] [--rounds N] [--seconds N] [--json]

Measures the dashboard beside what one would use instead, in turn, within one run.

${Object.entries(ROWS)
  .map(([name, { what }]) => `  ${name.padEnd(12)}${what}`)
  .join('\n')}

  --rounds N   rounds of each row (${ROUNDS_DEFAULT})
  --seconds N  after which no round of a row begins (${SECONDS_DEFAULT})
  --json       everything that was measured, instead of tables
Progress goes to standard error. Ctrl-C ends it and all that it started.`;

function wishOf(argv: readonly string[]): Wish {
  try {
    return parseArguments(argv, Object.keys(ROWS));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exit(WRONG_USAGE);
  }
}

function machine(): string {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / GiB)} GiB`;
  return `${cpus().length} × ${first?.model ?? 'unknown'}, ${memory}, Linux ${release()}, Node ${process.version}`;
}

function show(name: string, { tables, claims, notes }: Findings): void {
  console.log(`\n## ${name}\n`);
  const all = claims.length === 0 ? tables : [...tables, claimTable(claims)];
  for (const table of all) console.log(`${formatTable(table)}\n`);
  for (const note of notes) console.log(note);
}

/** @returns undefined when it failed, of which people are told; the rows after it still run */
async function findingsOf(name: string, wish: Wish, ending: Ending): Promise<Findings | undefined> {
  try {
    return await runRow(name, {
      clock: systemClock,
      rounds: wish.rounds,
      seconds: wish.seconds,
      progress: (text) => console.error(`… ${text}`),
      atEnd: ending.atEnd,
    });
  } catch (error) {
    if (!ending.isOver) console.error(`${name} failed:`, error);
    process.exitCode = FAILED;
    return undefined;
  }
}

async function main(wish: Wish): Promise<void> {
  const ending = new Ending();
  const stop = (): void => {
    void ending
      .run()
      .catch((error: unknown) => console.error(error))
      .finally(() => process.exit(INTERRUPTED));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const all: Record<string, Findings> = {};
  if (!wish.isJson) console.log(machine());
  for (const name of wish.rows) {
    const findings = await findingsOf(name, wish, ending);
    if (ending.isOver) return;
    if (findings === undefined) continue;
    all[name] = findings;
    if (!wish.isJson) show(name, findings);
  }
  await ending.run();
  if (wish.isJson) console.log(JSON.stringify({ machine: machine(), rows: all }, undefined, 2));
}

const wish = wishOf(process.argv.slice(2));
if (wish.wantsHelp) console.log(HELP);
else await main(wish);
