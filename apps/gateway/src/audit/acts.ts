/**
 * What is audited, and with which details: ids, roles, counts. Never a secret, a title, or what
 * somebody typed; who it was and from where is added by audit.ts.
 */
import type { Verdict } from '@dashboard/protocol/approvals';
import type { Role } from '@dashboard/protocol/roles';
import type { TerminalMode } from '@dashboard/protocol/terminal/subprotocol';

interface OfPerson {
  /** Id of the person it was done to. */
  readonly of: string;
}
interface OfInvitation {
  readonly invitation: string;
}
interface OfSession {
  readonly session: string;
}
interface OfPrompt extends OfSession {
  readonly prompt: string;
}
interface OfTerminal extends OfSession {
  readonly viewer: string;
}
interface OfWebhook {
  readonly webhook: string;
  readonly label: string;
  /** Of the address, which as a whole may be a secret. */
  readonly origin: string;
  readonly kinds: readonly string[];
  readonly isOn: boolean;
}
/** No details beyond who it was. */
type Nothing = unknown;

/** Details by event. A new one is added here, and gets its words below. */
interface Details {
  readonly login_opened: Nothing;
  readonly login_refused: { readonly code: string };
  readonly logged_out: Nothing;
  readonly login_ended: OfPerson & { readonly login: string };
  readonly other_logins_ended: Nothing;
  readonly password_changed: { readonly keepsOthers: boolean };
  readonly second_factor_on: Nothing;
  readonly second_factor_off: Nothing;
  readonly second_factor_removed: OfPerson;
  readonly recovery_codes_renewed: Nothing;
  readonly passkey_added: { readonly passkey: string };
  readonly passkey_removed: { readonly passkey: string };
  readonly proof_given: Nothing;
  readonly invitation_made: OfInvitation & { readonly role: Role };
  readonly invitation_revoked: OfInvitation;
  readonly invitation_accepted: OfInvitation & { readonly role: Role };
  readonly first_owner_added: OfPerson;
  readonly person_added: OfPerson & { readonly role: Role };
  readonly role_changed: OfPerson & { readonly role: Role };
  readonly person_removed: OfPerson;
  readonly session_created: OfSession & { readonly profile: string; readonly directory: string };
  readonly session_renamed: OfSession;
  readonly session_ended: OfSession;
  readonly session_resumed: OfSession;
  readonly session_removed: OfSession;
  readonly trust_given: OfSession & { readonly directory: string };
  readonly ticket_made: OfTerminal & { readonly mode: TerminalMode };
  readonly terminal_opened: OfTerminal & { readonly isViewOnly: boolean };
  readonly control_taken: OfTerminal;
  readonly control_lost: OfTerminal;
  /** What was typed is counted and never kept. */
  readonly terminal_closed: OfTerminal & {
    readonly why: string;
    readonly inputs: number;
    readonly inputBytes: number;
    readonly seconds: number;
  };
  readonly approval_answered: OfSession & {
    readonly approval: string;
    readonly verdict: Verdict;
    readonly tool: string;
    /** SHA-256 of what the person was shown, which itself may hold secrets. */
    readonly contentHash: string;
  };
  readonly prompt_queued: OfPrompt;
  readonly prompt_changed: OfPrompt & { readonly what: string };
  readonly prompt_withdrawn: OfPrompt;
  readonly file_uploaded: OfSession & { readonly bytes: number };
  readonly webhook_added: OfWebhook;
  readonly webhook_changed: OfWebhook;
  readonly webhook_removed: OfWebhook;
  readonly audit_exported: Nothing;
}

export type AuditEvent = keyof Details;
export type AuditedAct = {
  readonly [E in AuditEvent]: { readonly event: E } & Details[E];
}[AuditEvent];

/** The message of each line. */
export const AUDIT_WORDS: Readonly<Record<AuditEvent, string>> = {
  login_opened: 'a person logged in',
  login_refused: 'somebody could not log in',
  logged_out: 'a person logged out',
  login_ended: 'a login was ended',
  other_logins_ended: 'a person ended their other logins',
  password_changed: 'a person changed their password',
  second_factor_on: 'a person has a second factor now',
  second_factor_off: 'a person gave up their second factor',
  second_factor_removed: 'the second factor of a person was removed',
  recovery_codes_renewed: 'a person renewed their recovery codes',
  passkey_added: 'a person has another passkey',
  passkey_removed: 'a person gave up a passkey',
  proof_given: 'a person showed once more who they are',
  invitation_made: 'a person was invited',
  invitation_revoked: 'an invitation was taken back',
  invitation_accepted: 'an invitation was accepted',
  first_owner_added: 'the first owner was added',
  person_added: 'a person was added',
  role_changed: 'a person has another role',
  person_removed: 'a person was removed',
  session_created: 'a session was begun',
  session_renamed: 'a session was renamed',
  session_ended: 'a session was ended',
  session_resumed: 'a session was resumed',
  session_removed: 'a session was removed',
  trust_given: 'a person says that a directory is trusted',
  ticket_made: 'a ticket for a terminal was made',
  terminal_opened: 'a terminal was opened',
  control_taken: 'a viewer decides the size now',
  control_lost: 'a viewer decides the size no more',
  terminal_closed: 'a terminal was closed',
  approval_answered: 'a person answered an agent',
  prompt_queued: 'a prompt was queued',
  prompt_changed: 'a prompt was changed',
  prompt_withdrawn: 'a prompt was withdrawn',
  file_uploaded: 'a file was given to an agent',
  webhook_added: 'a webhook was added',
  webhook_changed: 'a webhook was changed',
  webhook_removed: 'a webhook was removed',
  audit_exported: 'the audit trail was taken out',
};
