/** Text of a stranger made fit for one line in a list: bounded, without control characters. */

/** Controls, separators, and what turns the direction of the text around it. */
const NOT_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\s]+/gu;
/** CSI and OSC sequences; what is left of others are single controls. */
const ESCAPES = /\u001b(?:\[[0-9;:?<=>]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g;
/** Text past this many times what is shown is not even looked at. */
const LOOKED_AT = 8;

/** @returns at most `charsMax` UTF-16 units, ended by an ellipsis where something was cut */
export function words(text: string, charsMax: number): string {
  const looked = text.slice(0, charsMax * LOOKED_AT);
  const line = looked.replaceAll(ESCAPES, '').replaceAll(NOT_A_LINE, ' ').trim().toWellFormed();
  if (line.length <= charsMax) return line;
  // Half of a pair at the cut is made whole: U+FFFD is one unit, as the half was.
  return `${line.slice(0, charsMax - 1).toWellFormed()}…`;
}

/** The same, where nothing to show is null. */
export function wordsOrNull(text: string | null | undefined, charsMax: number): string | null {
  const line = words(text ?? '', charsMax);
  return line === '' ? null : line;
}
