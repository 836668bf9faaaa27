/**
 * Backups of both databases: made, verified, kept for a while, sent elsewhere, put back.
 *
 *   Backups        those of one directory
 *   Offsite, S3    copies in a bucket
 *   Schedule       a cron line
 *   verifyBackup   looks one over
 *   restoreBackup  puts one back
 *
 * Nothing in this folder knows the gateway that serves: the command line runs it, beside the daemons.
 */
export { Backups, type Listed } from './backups.ts';
export type { DatabasePaths } from './databases.ts';
export { Offsite } from './offsite.ts';
export { BackupRefused, inWords } from './refused.ts';
export { restoreBackup } from './restore.ts';
export type { Retention } from './retention.ts';
export { S3 } from './s3.ts';
export { Schedule } from './schedule.ts';
export { wrongRecipient } from './sealing.ts';
export { verifyBackup } from './verify.ts';
