/**
 * The conversations that agents have had on this machine, from the transcripts that they keep: listed,
 * searched, and found again by whoever wants to go on with one. Read only, and never the whole of it.
 *
 *   PastConversations  all of them, a page at a time
 *   accountsOf         whose transcripts are looked into
 *   digest             from lines of a transcript to what a person recognises it by; pure
 *   DigestedFile       one transcript, read as far as it has been written
 */
export { accountsOf } from './accounts.ts';
export { PastConversations } from './past-conversations.ts';
