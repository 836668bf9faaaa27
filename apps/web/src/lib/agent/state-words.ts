/** What is known of an agent, in words for people: its state, why, how surely, its mode and its figures. */
import type {
  AgentState,
  AgentStatus,
  Confidence,
  SetupDialog,
  SignalSource,
} from '@dashboard/protocol/agents';

/** needs: a person's turn. bad: it failed. busy: it goes on by itself. quiet: nothing happens. */
export type AgentTone = 'needs' | 'bad' | 'busy' | 'quiet';

interface StateWords {
  readonly word: string;
  readonly tone: AgentTone;
}

const STATES: Readonly<Record<AgentState, StateWords>> = {
  starting: { word: 'Starting', tone: 'busy' },
  setup_blocked: { word: 'Set-up dialog', tone: 'needs' },
  idle: { word: 'Idle', tone: 'quiet' },
  working: { word: 'Working', tone: 'busy' },
  compacting: { word: 'Compacting', tone: 'busy' },
  needs_permission: { word: 'Needs permission', tone: 'needs' },
  needs_answer: { word: 'Asks a question', tone: 'needs' },
  needs_plan: { word: 'Plan to review', tone: 'needs' },
  needs_input: { word: 'Needs input', tone: 'needs' },
  background: { word: 'In background', tone: 'busy' },
  limited: { word: 'Limit reached', tone: 'needs' },
  error: { word: 'Failed', tone: 'bad' },
  interrupted: { word: 'Interrupted', tone: 'quiet' },
  exited: { word: 'Ended', tone: 'quiet' },
  unknown: { word: 'Unclear', tone: 'quiet' },
};

const DIALOGS: Readonly<Record<SetupDialog, string>> = {
  trust: 'Trust dialog',
  login: 'Login needed',
  api_key: 'API key dialog',
  onboarding: 'First steps',
  other: 'Set-up dialog',
};

export function stateWords({ state, dialog }: Pick<AgentStatus, 'state' | 'dialog'>): StateWords {
  const words = STATES[state];
  return state === 'setup_blocked' && dialog !== null ? { ...words, word: DIALOGS[dialog] } : words;
}

const SIGNALS: Readonly<Record<SignalSource, string>> = {
  hook: 'a hook',
  registry: 'its registry file',
  status_line: 'its status line',
  transcript: 'its transcript',
  screen: 'its screen',
  process: 'its process',
};

export function signalWords(signal: SignalSource): string {
  return SIGNALS[signal];
}

const CONFIDENCE: Readonly<Record<Confidence, string>> = {
  certain: 'certain: told by who knows it',
  likely: 'likely: concluded, not told',
  guess: 'a guess: read from the screen, or long ago',
};

export function confidenceWords(confidence: Confidence): string {
  return CONFIDENCE[confidence];
}

/** A reason is told without its subject, as "asks to use Bash". */
export function asSentence(reason: string): string {
  const start = reason.charAt(0).toUpperCase() + reason.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}

export interface ModeWords {
  readonly label: string;
  readonly hint: string;
  /** It does whatever it likes. */
  readonly isDangerous?: boolean;
}

const MODES: Readonly<Record<string, ModeWords>> = {
  default: { label: 'Manual', hint: 'asks before it changes or runs anything' },
  manual: { label: 'Manual', hint: 'asks before it changes or runs anything' },
  acceptEdits: { label: 'Accept edits', hint: 'edits files without asking, asks for commands' },
  plan: { label: 'Plan', hint: 'reads and plans, changes nothing' },
  auto: { label: 'Auto', hint: 'judges by itself what is safe, asks for the rest' },
  dontAsk: { label: 'Don’t ask', hint: 'does what is allowed already, denies itself the rest' },
  bypassPermissions: {
    label: 'Bypass permissions',
    hint: 'asks for nothing at all',
    isDangerous: true,
  },
};

/** A mode that we do not know is called what the agent calls it. */
export function modeWords(mode: string): ModeWords {
  const known = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  return known ?? { label: mode, hint: '' };
}

/** "$0.42", "$12.30", and "<$0.01" for what was not free. */
export function costWords(usd: number): string {
  return usd > 0 && usd < 0.01 ? '<$0.01' : `$${usd.toFixed(2)}`;
}

export type Fullness = 'plenty' | 'scarce' | 'full';
const SCARCE_PERCENT = 75;
const FULL_PERCENT = 90;

/** How near the context is to being made shorter. */
export function fullnessOf(contextPercent: number): Fullness {
  if (contextPercent >= FULL_PERCENT) return 'full';
  return contextPercent >= SCARCE_PERCENT ? 'scarce' : 'plenty';
}

/** Tools that only ask: what they ask says it all. */
const ASKING_TOOL = /^(?:AskUserQuestion|ExitPlanMode): /;

export interface Saying {
  readonly text: string;
  /** A tool and its input, as a program would write them. */
  readonly isCode: boolean;
}

type Speaker = Pick<AgentStatus, 'state' | 'reason' | 'doing' | 'lastWords'>;

/** What it does or waits for; while it waits for nothing, what it said last. */
export function sayingOf({ state, reason, doing, lastWords }: Speaker): Saying {
  if (doing !== null) {
    const text = doing.replace(ASKING_TOOL, '');
    return { text, isCode: text === doing };
  }
  const isOver = state === 'idle' || state === 'interrupted' || state === 'background';
  return { text: (isOver ? lastWords : null) ?? asSentence(reason), isCode: false };
}
