/**
 * Who did what, apart from every other line.
 *
 *   audit     the one door: whoever lets somebody do something says so here, after it was done
 *   AuditedAct the closed list of what can be said, and with which details
 *   AuditTrail the records: chained, sealed, written beside whatever else is done
 *   verifyTrail proves them; pageOf and linesOf read them
 *   Refusals  counts what was turned away at the door
 */
export { audit, type Actor } from './audit.ts';
export { AUDIT_WORDS, type AuditedAct } from './acts.ts';
export { linesOf, pageOf } from './read.ts';
export { Refusals, type RefusedRule } from './refusals.ts';
export { AuditTrail } from './trail.ts';
export { verifyTrail, type KnownHead } from './verify.ts';
