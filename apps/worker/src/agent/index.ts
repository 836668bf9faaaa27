/**
 * The programs inside sessions: which there are, and how each is started.
 *
 *   BUILT_IN_PROFILES  what differs between programs, as data
 *   Detector           which of them this machine has
 *   ProfileLauncher    a wish becomes arguments, environment and directory
 *   AgentWatches       what each agent does, as far as it can be known
 *
 * Knows nothing of panes and sockets, and starts nothing but version probes.
 */
export { AgentWatches } from './agent-watcher.ts';
export { Detector } from './detect.ts';
export { ProfileLauncher } from './launcher.ts';
export { BUILT_IN_PROFILES, type Profile } from './profiles.ts';
