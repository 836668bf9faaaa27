/** A failure in words for the person who asked: what happened, and what to do. */
import { DashboardError, ERRORS } from '@dashboard/protocol/errors';

export interface Failure {
  readonly title: string;
  readonly remedy: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof DashboardError) {
    return { title: sentence(error.message), remedy: ERRORS[error.code].remedy };
  }
  return { title: 'Something went wrong in the page.', remedy: 'Reload the page.' };
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}
