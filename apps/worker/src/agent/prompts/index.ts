/**
 * What people want agents to do next: queued, given once when the agent is idle, settled by evidence.
 *
 *   Prompts    all queues: who may change what, and what is told
 *   Giving     one queue and its agent: paste, Enter, doubt
 *   next-step  what is to be done about the prompt at the head; pure
 *   seen       what a signal says about that; pure
 *   match      whether what an agent was told is a prompt of ours; pure
 */
export { isSaid } from './match.ts';
export type { KeptPrompt } from './next-step.ts';
export type { PromptRecords, PromptsObserver, Recipient } from './ports.ts';
export { Prompts } from './prompts.ts';
export { seenOf, seenOfMute, type Seen } from './seen.ts';
