/** The ways of measuring that the rows share. */
export { claimTable, isMet, type Claim } from './claim.ts';
export { ask, inTime, pause } from './conversation.ts';
export { ECHO_PROGRAM, measureEcho, startEcho, type EchoResult } from './echo.ts';
export { FrameReader } from './frames.ts';
export { END, hashOf, payloadOf, PAYLOAD_NAMES, withOnlcr } from './payloads.ts';
export type { PayloadName } from './payloads.ts';
export { filesOf, isTmux, serverProcesses, threadsOf } from './processes.ts';
export { KeepingReader, MarkerReader, ParsingReader, screenAfter } from './readers.ts';
export { inTurn, type Cell, type Pace } from './rounds.ts';
export { scheduleOf } from './schedule.ts';
export { median, medianRatio, percentile } from './statistics.ts';
export { figure, formatTable, type Table } from './table.ts';
