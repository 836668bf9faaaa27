/**
 * What Claude suggests beside "allow once". It is offered only where we can say in words all that it
 * does, and never where it would end all questions.
 */
import type { Suggestion, SuggestionScope } from '@dashboard/protocol/approvals';
import { APPROVAL_LINE_CHARS_MAX, APPROVAL_SUGGESTIONS_MAX } from '@dashboard/protocol/limits';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { visible } from './visible.ts';

const SCOPES = {
  session: 'session',
  localSettings: 'project_local',
  projectSettings: 'project',
  userSettings: 'user',
} as const satisfies Record<string, SuggestionScope>;

/** Without bypassPermissions, which ends all questions, and what is not known to end fewer. */
const MODES = {
  acceptEdits: 'Accept edits without asking',
  auto: 'Switch to auto mode',
  default: 'Ask before each edit',
  plan: 'Switch to plan mode',
} as const;

const destination = Type.Enum(['session', 'localSettings', 'projectSettings', 'userSettings']);
const Text = Type.String({ minLength: 1 });
const closed = { additionalProperties: false };

/** As `updatedPermissions` takes it. A field that we do not know could change what it does. */
const PermissionUpdate = Type.Union([
  Type.Object(
    {
      type: Type.Literal('addRules'),
      rules: Type.Array(Type.Object({ toolName: Text, ruleContent: Type.Optional(Text) }, closed), {
        minItems: 1,
      }),
      behavior: Type.Literal('allow'),
      destination,
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('setMode'),
      mode: Type.Enum(['acceptEdits', 'auto', 'default', 'plan']),
      destination,
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('addDirectories'),
      directories: Type.Array(Text, { minItems: 1 }),
      destination,
    },
    closed,
  ),
]);
export type PermissionUpdate = Static<typeof PermissionUpdate>;

export interface Offer {
  readonly suggestion: Suggestion;
  readonly update: PermissionUpdate;
}

export function offersIn(suggestions: readonly unknown[]): readonly Offer[] {
  return suggestions.flatMap(offerOf).slice(0, APPROVAL_SUGGESTIONS_MAX);
}

/** What a plan can be accepted with: Claude sends none, and its own dialog has these. */
export const PLAN_OFFERS: readonly Offer[] = offersIn([
  { type: 'setMode', mode: 'acceptEdits', destination: 'session' },
]);
/** A plan that is simply accepted: the agent asks again before each edit. */
export const PLAN_ACCEPTED: PermissionUpdate = {
  type: 'setMode',
  mode: 'default',
  destination: 'session',
};

function offerOf(update: unknown): readonly Offer[] {
  if (!Value.Check(PermissionUpdate, update)) return [];
  const label = visible(labelOf(update)).replaceAll(/[\n\t]/g, ' ');
  // Half a rule would look like a smaller one.
  if (label.length > APPROVAL_LINE_CHARS_MAX) return [];
  return [{ suggestion: { label, scope: SCOPES[update.destination] }, update }];
}

function labelOf(update: PermissionUpdate): string {
  switch (update.type) {
    case 'addRules':
      return `Always allow ${update.rules.map(ruleWords).join(', ')}`;
    case 'setMode':
      return MODES[update.mode];
    case 'addDirectories':
      return `Allow access to ${update.directories.join(', ')}`;
  }
}

function ruleWords({ toolName, ruleContent }: { toolName: string; ruleContent?: string }): string {
  return ruleContent === undefined ? `every use of ${toolName}` : `${toolName}(${ruleContent})`;
}
