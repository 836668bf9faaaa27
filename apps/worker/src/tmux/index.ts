/**
 * Sessions that outlive the worker, in a tmux server of our own.
 *
 *   TmuxEngine         launches, finds and takes over panes; a Part
 *   TmuxPane           one pane: bytes through a PaneTap, the rest through commands
 *   PaneTap            two FIFOs that pipe-pane fills and empties
 *   ControlClient      the one line for commands; ControlConnection and ControlParser below it
 *   commands, seed     what is said to tmux, and how its screen is drawn again
 */
export { TmuxEngine, type TmuxEngineOptions } from './tmux-engine.ts';
