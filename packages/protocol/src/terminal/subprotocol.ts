/** What the terminal WebSocket of a browser says before its first frame. */
import { Type, type Static } from 'typebox';
import { ViewerIdSchema } from '../ids.ts';
import { COLS_MAX, ROWS_MAX } from '../limits.ts';

/** The only subprotocol the server echoes. */
export const SUBPROTOCOL = 'dashboard.v1';
/** A second one carries the ticket, since a browser can set no header and a URL is logged. */
export const TICKET_SUBPROTOCOL_PREFIX = 'ticket.';

/** base64url, for the gateway alone to read. Longer ones fit into no header of ours. */
export const Ticket = Type.String({ pattern: '^[A-Za-z0-9_-]{43,300}$' });

/** May this socket type? An operator may ask for less than the role allows. */
export const TerminalMode = Type.Union([Type.Literal('control'), Type.Literal('view')]);
export type TerminalMode = Static<typeof TerminalMode>;

/** Asks for a ticket. `viewerId` is the tab's own and stays over reconnects: input is numbered by it. */
export const CreateTicket = Type.Object(
  { viewerId: ViewerIdSchema, mode: TerminalMode },
  { additionalProperties: false },
);
export type CreateTicket = Readonly<Static<typeof CreateTicket>>;

export const CreatedTicket = Type.Object(
  { ticket: Ticket, expiresInMs: Type.Integer({ minimum: 1 }) },
  { additionalProperties: false },
);
export type CreatedTicket = Readonly<Static<typeof CreatedTicket>>;

const SafeInteger = Type.String({ pattern: '^(0|[1-9][0-9]{0,15})$' });

/** Query of the upgrade. With epoch and offset the stream resumes there; without, a snapshot comes. */
export const TerminalQuery = Type.Object(
  {
    cols: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,3}$' })),
    rows: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,3}$' })),
    epoch: Type.Optional(SafeInteger),
    offset: Type.Optional(SafeInteger),
  },
  { additionalProperties: false },
);
export type TerminalQuery = Readonly<Static<typeof TerminalQuery>>;

export interface TerminalPlace {
  readonly size: { readonly cols: number; readonly rows: number } | undefined;
  readonly resume: { readonly epoch: number; readonly offset: number } | undefined;
}

/**
 * Reads the query; a size beyond the limits is brought within them. Half a place, or one that no
 * number holds exactly, is no place: the viewer gets a snapshot.
 */
export function parseTerminalQuery(query: TerminalQuery): TerminalPlace {
  const { cols, rows, epoch, offset } = query;
  return {
    size:
      cols === undefined || rows === undefined
        ? undefined
        : { cols: Math.min(Number(cols), COLS_MAX), rows: Math.min(Number(rows), ROWS_MAX) },
    resume: parsePlace(Number(epoch), Number(offset)),
  };
}

/** Absent fields come as NaN, which is no safe integer either. */
function parsePlace(epoch: number, offset: number): TerminalPlace['resume'] {
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(offset)
    ? { epoch, offset }
    : undefined;
}
