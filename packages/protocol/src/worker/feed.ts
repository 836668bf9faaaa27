/** The feed of a worker's events to a gateway. Numbered without gaps within an epoch. */
import { Type, type Static } from 'typebox';
import { WorkerEvent } from '../events.ts';
import { SessionSummary } from '../sessions.ts';

const Place = {
  epoch: Type.Integer({ minimum: 0 }),
  number: Type.Integer({ minimum: 0 }),
};

/** First frame when the gateway's place is unknown here: everything as it is now. */
const FeedReset = Type.Object(
  { ...Place, type: Type.Literal('reset'), sessions: Type.Array(SessionSummary) },
  { additionalProperties: false },
);

const FeedEvent = Type.Object(
  { ...Place, type: Type.Literal('event'), event: WorkerEvent },
  { additionalProperties: false },
);

/** First frame when the gateway's place is known: nothing was missed but what follows. */
const FeedResumed = Type.Object(
  { ...Place, type: Type.Literal('resumed') },
  { additionalProperties: false },
);

export const FeedFrame = Type.Union([FeedReset, FeedEvent, FeedResumed]);
export type FeedFrame = Readonly<Static<typeof FeedFrame>>;
