/**
 * The programs inside sessions: which there are, and how each is started.
 *
 *   BUILT_IN_PROFILES  what differs between programs, as data
 *   Detector           which of them this machine has
 *   ProfileLauncher    a wish becomes arguments, environment and directory
 *   AgentWatches       what each agent does, as far as it can be known
 *   state/             signals in, state out
 *   claude/            what Claude Code tells, and the files by which it tells us
 *   examine            what agents need on this machine, and whether it is there
 *   Approvals          what agents ask people, and the first answer to each
 *   UsageReader        what each Claude Code uses, for the book of usage
 *   Prompts            what people want agents to do next, each given once
 *   Decider            who may answer for a person: Approvals
 *   vouch              says yes to the question of trust, for a person who did
 *   PastConversations  what agents have talked about, to be gone on with
 *
 * Knows nothing of panes and sockets, and starts nothing but probes.
 */
export { Approvals, type ApprovalsObserver } from './approvals/index.ts';
export {
  AgentWatches,
  type AgentWatchesOptions,
  type HookReceiver,
  type HookTold,
} from './agent-watches.ts';
export { HOOK_PROCESS_HEADER } from './claude/forwarders.ts';
export { SessionFiles } from './claude/session-files.ts';
export { accountsOf, PastConversations } from './conversations/index.ts';
export type { AgentObserver } from './claude-watch.ts';
export type { Decider, HeldRequest } from './decider.ts';
export { examine } from './doctor.ts';
export { Detector } from './detect.ts';
export { sessionEnvironment } from './environment.ts';
export { readOwnProfiles } from './own-profiles.ts';
export {
  Prompts,
  type KeptPrompt,
  type PromptRecords,
  type PromptsObserver,
  type Recipient,
} from './prompts/index.ts';
export { ProfileLauncher } from './launcher.ts';
export { UsageReader } from './usage-reader.ts';
export { vouch } from './trust.ts';
export { BUILT_IN_PROFILES, type Profile } from './profiles.ts';
