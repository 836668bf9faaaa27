/** What becomes of keys and pasted text before they reach the program. */

const MOUSE_REPORTS = ['\x1b[M', '\x1b[<'];
const FOCUS_REPORTS = ['\x1b[I', '\x1b[O'];

/** Mouse and focus reports are sent by the terminal itself: nobody misses one that was dropped. */
export function isReport(bytes: Uint8Array): boolean {
  return isFocusReport(bytes) || MOUSE_REPORTS.includes(startOf(bytes));
}

export function isFocusReport(bytes: Uint8Array): boolean {
  return FOCUS_REPORTS.includes(startOf(bytes));
}

function startOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 3));
}

/**
 * Takes out what a terminal would act on: a pasted escape could end bracketed paste and run the
 * rest as typed. Tab and line ends stay.
 */
export function sanitizePaste(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '');
}

/** Without bracketed paste each line end is an Enter: the shell would run line after line. */
export function isSeveralLines(text: string): boolean {
  return /[\r\n]/.test(text);
}

/** A string of code points below 256, as xterm.js hands out legacy mouse reports. */
export function bytesOfBinary(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
