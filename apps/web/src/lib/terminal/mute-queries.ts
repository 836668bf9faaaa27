/**
 * Keeps this terminal from answering what programs ask of terminals (who are you, where is the
 * cursor, which colour …): the server answers once. With N viewers who answer, N replies would be
 * typed into the program. Mouse reports, focus reports and pastes are not answers and still work.
 */
import type { IFunctionIdentifier, Terminal } from '@xterm/xterm';

const MUTED_CSI: readonly IFunctionIdentifier[] = [
  { final: 'c' }, // primary device attributes
  { prefix: '>', final: 'c' },
  { prefix: '=', final: 'c' },
  { final: 'n' }, // status and cursor position
  { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' }, // is this mode set
  { prefix: '?', intermediates: '$', final: 'p' },
  { prefix: '>', final: 'q' }, // name and version
  { prefix: '?', final: 'u' }, // kitty keyboard flags
];

/** Window operations that report: state, position, sizes, titles. */
const REPORTING_WINDOW_OPERATIONS = [11, 13, 14, 15, 16, 18, 19, 20, 21];

/** Palette, foreground, background, cursor: a `?` in place of a colour asks for it. */
const COLOUR_OSCS = [4, 10, 11, 12];

export function muteQueries({ parser }: Pick<Terminal, 'parser'>): void {
  for (const id of MUTED_CSI) parser.registerCsiHandler(id, () => true);
  parser.registerCsiHandler({ final: 't' }, ([operation]) =>
    REPORTING_WINDOW_OPERATIONS.includes(Number(operation)),
  );
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
  for (const code of COLOUR_OSCS) {
    parser.registerOscHandler(code, (text) => text.split(';').includes('?'));
  }
}
