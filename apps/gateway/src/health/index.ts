/**
 * How the gateway is, and what it needs.
 *
 *   HealthCheck   a part of ours, asked without waiting: decides whether we are ready
 *   HealthReport  everything for a person who looks: disk, backups, the worker's machine
 *
 * Only what is required takes the gateway out of service; the rest is told.
 */
export { isReady, type HealthCheck } from './checks.ts';
export { ageOf, HealthReporter, type HealthReport } from './report.ts';
