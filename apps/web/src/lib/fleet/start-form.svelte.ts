/** Whether the form for a new session is open, and which session the new one shall be like. */
import type { SessionSummary } from '@dashboard/protocol/sessions';

export class StartForm {
  isOpen = $state(false);
  like = $state.raw<SessionSummary>();

  open(like?: SessionSummary): void {
    this.like = like;
    this.isOpen = true;
  }
}
