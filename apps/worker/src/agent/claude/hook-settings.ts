/**
 * The settings that a session's Claude Code is started with, beside the user's own: hooks are added
 * to theirs, and of the two status lines ours runs theirs.
 */
import {
  DECISION_PATIENCE_S,
  DECISION_TIMEOUT_S,
  HOOK_PATIENCE_S,
  HOOK_TIMEOUT_S,
} from '../limits.ts';
import { TOLD_ASIDE } from '../state/index.ts';
import { hookForwarderPath, quote, statusLineForwarderPath } from './forwarders.ts';
import type { OwnStatusLine } from './own-status-line.ts';

/** Events that only tell, and that the agent waits to have told; what is nowhere is none of our business. */
const TOLD = [
  ...['SessionStart', 'UserPromptSubmit', 'PermissionDenied', 'Notification', 'SubagentStart'],
  ...['SubagentStop', 'PreCompact', 'PostCompact', 'ElicitationResult', 'Stop', 'StopFailure'],
  'SessionEnd',
];
/** Events that the worker may answer. */
export const ANSWERED = ['PermissionRequest'];

export function hookSettings(places: {
  /** Of the forwarders. */
  readonly directory: string;
  readonly sessionDirectory: string;
  /** Absolute: of files that people give to the agent. */
  readonly uploads: string;
  readonly ownStatusLine: OwnStatusLine | undefined;
}): unknown {
  const { directory, sessionDirectory, uploads, ownStatusLine } = places;
  const hook = (event: string, waitS: number, more: object) => ({
    type: 'command',
    command: hookForwarderPath(directory),
    // With arguments of its own there is no shell in between.
    args: [sessionDirectory, event, `${waitS}`],
    ...more,
  });
  const told = (event: string, more: object = {}): readonly [string, unknown] => [
    event,
    [{ hooks: [hook(event, HOOK_TIMEOUT_S, { timeout: HOOK_PATIENCE_S, ...more })] }],
  ];
  const answered = (event: string): readonly [string, unknown] => [
    event,
    [{ hooks: [hook(event, DECISION_TIMEOUT_S, { timeout: DECISION_PATIENCE_S })] }],
  ];
  const { padding, refreshInterval } = ownStatusLine ?? {};
  return {
    hooks: Object.fromEntries<unknown>([
      ...TOLD.map((event) => told(event)),
      ...[...TOLD_ASIDE].map((event) => told(event, { async: true })),
      ...ANSWERED.map(answered),
    ]),
    // Without a question; `--add-dir` would ask whether the directory is trusted, before anything else.
    permissions: { allow: [`Read(/${uploads}/**)`] },
    statusLine: {
      type: 'command',
      command: `${quote(statusLineForwarderPath(directory))} ${quote(sessionDirectory)}`,
      ...(padding === undefined ? {} : { padding }),
      ...(refreshInterval === undefined ? {} : { refreshInterval }),
    },
  };
}
