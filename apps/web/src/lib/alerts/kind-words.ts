/** Kinds of alerts as people choose them. */
import type { AlertKind } from '@dashboard/protocol/alerts';

export const KIND_WORDS: Record<AlertKind, { readonly label: string; readonly hint: string }> = {
  asks: { label: 'An agent needs me', hint: 'A permission, a question, a plan, another dialog.' },
  finished: { label: 'Long work is done', hint: 'An agent is idle again.' },
  failed: { label: 'An agent stopped', hint: 'With an error, or at a limit of the account.' },
  lost: { label: 'A session was lost', hint: 'It ended, and nobody saw how.' },
};
