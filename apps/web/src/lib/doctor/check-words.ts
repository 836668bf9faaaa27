/** The checks of the doctor by name, and their outcome as a whole. */
import type { DoctorCheck, DoctorCheckName, DoctorOutcome } from '@dashboard/protocol/doctor';

const NAMES: Readonly<Record<DoctorCheckName, string>> = {
  claude_found: 'Claude Code',
  claude_version: 'Version',
  claude_authenticated: 'Login',
  directory_trusted: 'Trusted directory',
  hooks_alive: 'Hooks',
  curl: 'curl',
  tmux: 'tmux',
  disk: 'Disk',
};

export function checkName(name: DoctorCheckName): string {
  return NAMES[name];
}

const OUTCOMES: Readonly<Record<DoctorOutcome, string>> = {
  ok: 'Good',
  warning: 'Could be better',
  failed: 'Has to be mended',
  unknown: 'Not known',
};

export function outcomeWords(outcome: DoctorOutcome): string {
  return OUTCOMES[outcome];
}

/** One sentence on all of them. */
export function verdict(checks: readonly DoctorCheck[]): string {
  const count = (wanted: DoctorOutcome) => checks.filter((c) => c.outcome === wanted).length;
  const [failed, warned] = [count('failed'), count('warning')];
  if (failed > 0) return `${failed} of ${checks.length} checks failed.`;
  if (warned > 0) return `Everything needed is there; ${warned} could be better.`;
  return 'Everything that is needed is there.';
}

export interface TextPart {
  readonly text: string;
  readonly isCommand: boolean;
}

/** Commands stand between backticks, as in "Update it: `claude update`". */
export function textParts(text: string): readonly TextPart[] {
  return text
    .split(/`([^`]+)`/)
    .map((part, index) => ({ text: part, isCommand: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}
