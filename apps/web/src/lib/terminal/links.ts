/** Addresses on the screen. Only http and https are links, whatever a program calls one. */

/** @returns the address in full, or undefined when it is none that may be opened */
export function openableUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined;
}

/** The page that opens learns nothing of this one and cannot reach back to it. */
export function openOutside(url: string): void {
  window.open(url, '_blank', 'noopener,noreferrer');
}
