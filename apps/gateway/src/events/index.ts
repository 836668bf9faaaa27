/** Events for the pages: numbered, kept for a while, resumed by id. Fed by workers/, read by routes/events.ts. */
export { EventHub, type NumberedEvent } from './event-hub.ts';
