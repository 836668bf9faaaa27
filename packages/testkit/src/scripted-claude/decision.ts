/** What hooks decide about a permission, read from what they printed. */
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Answer } from './dialogs.ts';
import { MODES } from './options.ts';

const PermissionOutput = Type.Object({
  hookSpecificOutput: Type.Object({
    hookEventName: Type.Literal('PermissionRequest'),
    decision: Type.Object({
      behavior: Type.Enum(['allow', 'deny']),
      updatedInput: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      updatedPermissions: Type.Optional(
        Type.Array(
          Type.Object({ type: Type.String(), mode: Type.Optional(Type.Enum([...MODES])) }),
        ),
      ),
      message: Type.Optional(Type.String()),
      interrupt: Type.Optional(Type.Boolean()),
    }),
  }),
});

/** @returns undefined when nobody decided; 'escape' when the turn is to end with the denial */
export function decisionIn(outputs: readonly unknown[]): Answer | 'escape' | undefined {
  const output = outputs.find((each) => Value.Check(PermissionOutput, each));
  if (output === undefined) return undefined;
  const { decision } = output.hookSpecificOutput;
  if (decision.interrupt === true) return 'escape';
  const mode = decision.updatedPermissions?.find(({ type }) => type === 'setMode')?.mode;
  return {
    behavior: decision.behavior,
    ...(decision.updatedInput === undefined ? {} : { updatedInput: decision.updatedInput }),
    ...(mode === undefined ? {} : { mode }),
    message: decision.message ?? 'Denied by PermissionRequest hook',
  };
}

const PreToolOutput = Type.Object({
  hookSpecificOutput: Type.Object({
    hookEventName: Type.Literal('PreToolUse'),
    permissionDecision: Type.Enum(['allow', 'deny', 'ask']),
    permissionDecisionReason: Type.Optional(Type.String()),
    updatedInput: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  }),
});

/** The strictest of several. @returns undefined when nobody said anything */
export function preToolDecision(outputs: readonly unknown[]):
  | {
      readonly decision: 'allow' | 'deny' | 'ask';
      readonly reason: string;
      readonly input: unknown;
    }
  | undefined {
  const all = outputs.filter((each) => Value.Check(PreToolOutput, each));
  const said = all.map(({ hookSpecificOutput }) => hookSpecificOutput);
  const strictest = (['deny', 'ask', 'allow'] as const)
    .map((decision) => said.find(({ permissionDecision }) => permissionDecision === decision))
    .find((each) => each !== undefined);
  if (strictest === undefined) return undefined;
  return {
    decision: strictest.permissionDecision,
    reason: strictest.permissionDecisionReason ?? 'Denied by PreToolUse hook',
    input: strictest.updatedInput,
  };
}
