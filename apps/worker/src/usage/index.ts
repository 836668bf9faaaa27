/**
 * What agents have used: tokens, cost, and the time that people let them wait.
 *
 *   account       what is counted of one conversation, from what is told of it; pure
 *   UsageBook     all that has been counted, written down now and then; answers who asks
 *   report        rows of the book, grouped; pure
 *   Waits         since when which agent waits for a person
 *   UsageRecords  the port that store/ implements
 *
 * Knows no transcript, no session and no database: whoever reads those tells it.
 */
export { UsageBook, type Conversation, type Facts, type UsageObserver } from './book.ts';
export type { CostState, UsageLine } from './lines.ts';
export type {
  AccountRow,
  Changes,
  HourRow,
  KnownMessage,
  LastFacts,
  UsageRecords,
  WaitRow,
} from './ports.ts';
export {
  METRIC_MODELS_MAX,
  METRIC_PROJECTS_MAX,
  USAGE_DAYS_KEPT,
  USAGE_MESSAGES_MAX,
  USAGE_SESSION_DAYS_KEPT,
  USAGE_SWEEP_MS,
} from './limits.ts';
