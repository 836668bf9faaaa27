/**
 * Sessions on PTYs of the worker's own.
 *
 *   PtyEngine   launches; a Part
 *   PtyPane     one program, its output complete to the last byte
 *   native      the two functions of node-pty that are used
 */
export { PtyEngine, type PtyEngineOptions } from './pty-engine.ts';
