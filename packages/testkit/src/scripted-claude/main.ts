/**
 * A small program that plays Claude Code where the real one is too slow or not installed: its
 * screens, its hooks, its record of what it does, its transcripts. The model is in the prompt: a
 * line "BASH: ls" makes it run ls (../anthropic/acts.ts). What it does in which order was watched
 * on Claude Code 2.1.331; apps/gateway/test/claude compares the two.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { systemClock as clock } from '@dashboard/runtime/clock';
import { Activity } from './activity.ts';
import { Agent } from './agent.ts';
import { OpenDialog, trustDialog } from './dialogs.ts';
import { Hooks } from './hooks.ts';
import { Meter } from './meter.ts';
import { parseOptions, UsageError, VERSION, type Options } from './options.ts';
import { Registry } from './registry.ts';
import { isTrusted, readSettings, trust } from './settings.ts';
import { StatusLine } from './status-line.ts';
import { childEnvironment, commonFields, statusLineState } from './telling.ts';
import { Terminal } from './terminal.ts';
import { Transcript } from './transcript.ts';
import type { World } from './world.ts';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
/** A shell's code for "ended by a signal" is this and the signal's number. */
const SIGNAL_EXIT = 128;

/** Where the agent keeps what is its own. */
interface Place {
  readonly configDirectory: string;
  readonly directory: string;
  readonly sessionId: string;
}

/** @param argv arguments, without the program */
export async function playClaude(argv: readonly string[]): Promise<void> {
  try {
    // What a doctor asks.
    if (argv[0] === 'auth') return void process.stdout.write('{"loggedIn":true}\n');
    const options = parseOptions(argv);
    if (options === 'version') return void process.stdout.write(`${VERSION}\n`);
    await start(options);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function start(options: Options): Promise<void> {
  const home = process.env['HOME'] ?? '/';
  const own = process.env['CLAUDE_CONFIG_DIR'];
  const stateFile = join(own ?? home, '.claude.json');
  const place: Place = {
    configDirectory: own ?? join(home, '.claude'),
    directory: process.cwd(),
    sessionId: options.resume ?? options.sessionId ?? randomUUID(),
  };
  mkdirSync(place.configDirectory, { recursive: true, mode: 0o700 });
  const transcript = conversationOf(place, options);
  const terminal = new Terminal(clock);
  if (!isTrusted(stateFile, place.directory)) {
    if (!(await vouches(terminal, place.directory))) return terminal.close(1);
    trust(stateFile, place.directory);
  }
  await live({ options, place, terminal, transcript });
}

/** @throws UsageError when the conversation to go on with is not there, or a new one is */
function conversationOf(place: Place, { resume }: Options): Transcript {
  const transcript = new Transcript({ ...place, clock });
  if (resume !== undefined && !transcript.exists) {
    throw new UsageError(`No conversation found with session ID: ${resume}`);
  }
  if (resume === undefined && transcript.exists) {
    throw new UsageError(`Error: Session ID ${place.sessionId} is already in use.`);
  }
  return transcript;
}

async function vouches(terminal: Terminal, directory: string): Promise<boolean> {
  const open = new OpenDialog(trustDialog(directory));
  const draw = (): void => terminal.screen.show(open.lines());
  terminal.onGone = () => open.press('escape');
  terminal.onInput = (input) => {
    if (input.type === 'key') open.press(input.key);
    draw();
  };
  draw();
  const answer = await open.answer;
  return answer !== 'escape' && answer.behavior === 'allow';
}

interface Life {
  readonly options: Options;
  readonly place: Place;
  readonly terminal: Terminal;
  readonly transcript: Transcript;
}

async function live({ options, place, terminal, transcript }: Life): Promise<void> {
  const { name, model, prompt, resume } = options;
  const settings = readSettings(place.configDirectory, options.settings);
  const registry = new Registry({ ...place, name, clock });
  const { directory } = place;
  const environment = (): NodeJS.ProcessEnv => childEnvironment(world, process.env);
  const world: World = {
    ...{ clock, model, transcript, promptId: '', subagents: new Map(), screen: terminal.screen },
    ...place,
    mode: options.mode ?? settings.mode,
    meter: new Meter(place.configDirectory),
    hooks: new Hooks({ settings, directory, environment, common: () => commonFields(world) }),
    statusLine: new StatusLine({
      ...{ command: settings.statusLine?.command, clock, directory, environment },
      state: () => statusLineState(world, name),
      onText: () => agent.draw(),
    }),
    activity: new Activity((status) => {
      registry.set(status);
      agent.draw();
    }),
  };
  if (resume !== undefined) world.meter.restore(transcript.lastCostState());
  const exit = (code: number): void => terminal.close(code);
  const agent = new Agent({ world, registry, name: name ?? '', exit });
  terminal.onInput = (input) => agent.receive(input);
  terminal.onResize = () => agent.draw();
  terminal.onGone = () => void agent.end(SIGNAL_EXIT + constants.signals.SIGHUP);
  for (const signal of SIGNALS) {
    process.on(signal, () => void agent.end(SIGNAL_EXIT + constants.signals[signal]));
  }
  terminal.screen.print('Claude Code (scripted)', directory, '');
  terminal.screen.title(name ?? 'Claude Code');
  if (resume !== undefined) terminal.screen.print(...transcript.said());
  else if (name !== undefined) transcript.title(name);
  const source = resume === undefined ? 'startup' : 'resume';
  await world.hooks.fire('SessionStart', { source, model, session_title: name });
  registry.set({ status: 'idle' });
  world.statusLine.changed();
  agent.draw();
  if (prompt !== undefined) await agent.submit(prompt);
}
