/** An icon for each state of an agent, of a shape of its own: colour alone tells not everybody. */
import Circle from '@lucide/svelte/icons/circle';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleEllipsis from '@lucide/svelte/icons/circle-ellipsis';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import CircleStop from '@lucide/svelte/icons/circle-stop';
import ClipboardList from '@lucide/svelte/icons/clipboard-list';
import Hourglass from '@lucide/svelte/icons/hourglass';
import KeyRound from '@lucide/svelte/icons/key-round';
import LoaderCircle from '@lucide/svelte/icons/loader-circle';
import MessageCircleQuestionMark from '@lucide/svelte/icons/message-circle-question-mark';
import ShieldQuestionMark from '@lucide/svelte/icons/shield-question-mark';
import Shrink from '@lucide/svelte/icons/shrink';
import Square from '@lucide/svelte/icons/square';
import TextCursorInput from '@lucide/svelte/icons/text-cursor-input';
import type { AgentState } from '@dashboard/protocol/agents';
import type { Component } from 'svelte';

export const STATE_MARKS: Readonly<Record<AgentState, Component<{ class?: string }>>> = {
  starting: CircleDashed,
  setup_blocked: KeyRound,
  idle: Circle,
  working: LoaderCircle,
  compacting: Shrink,
  needs_permission: ShieldQuestionMark,
  needs_answer: MessageCircleQuestionMark,
  needs_plan: ClipboardList,
  needs_input: TextCursorInput,
  background: CircleEllipsis,
  limited: Hourglass,
  error: CircleAlert,
  interrupted: CircleStop,
  exited: Square,
  unknown: CircleQuestionMark,
};
