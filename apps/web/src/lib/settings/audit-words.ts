/** Records of the audit trail in words. */
import type { AuditFlaw, AuditRecord, AuditVerdict } from '@dashboard/protocol/audit';

const SHOWN_APART = new Set(['number', 'at', 'event', 'person', 'userId', 'requestId']);

/** "login_refused" is "Login refused". */
export function eventWords(event: string): string {
  const words = event.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What it was done to, and from where. */
export function detailWords(record: AuditRecord): string {
  return Object.entries(record)
    .filter(([name]) => !SHOWN_APART.has(name))
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`)
    .join(' · ');
}

/** "2026-11-25 15:50:02", in UTC, as it is hashed. */
export function timeWords(at: string): string {
  return at.slice(0, 19).replace('T', ' ');
}

const FLAWS: Readonly<Record<AuditFlaw, string>> = {
  unsealed: 'It has no seal.',
  unknown_key: 'It is sealed with a key that the gateway does not have: nothing is proven.',
  forged: 'Its seal was not made with the key of this dashboard.',
  gap: 'A record is missing.',
  changed: 'A record is not the one that was written.',
  cut: 'It does not end where its seal says.',
  noted: 'The gateway found there that the trail before it did not hold.',
  not_contained: 'It lacks what was known of it elsewhere.',
};

export function verdictWords({ flaw, records, first }: AuditVerdict): string {
  if (flaw === null) {
    const since = first === null ? '' : ` since ${timeWords(first.at)} UTC`;
    return `The trail is whole: ${records.toLocaleString('en')} records${since}.`;
  }
  const where = flaw.number === null ? '' : ` At record ${flaw.number}.`;
  return `The trail does not hold. ${FLAWS[flaw.code]}${where}`;
}
