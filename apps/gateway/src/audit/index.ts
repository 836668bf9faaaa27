/**
 * Who did what, apart from every other line.
 *
 *   audit     the one door: whoever lets somebody do something says so here, after it was done
 *   AuditedAct the closed list of what can be said, and with which details
 */
export { audit, type Actor } from './audit.ts';
export { AUDIT_WORDS, type AuditedAct } from './acts.ts';
