/**
 * Gives <style> elements that libraries create the nonce of this page. xterm.js makes them for its
 * colours and its scroll bar and knows no nonce; without one the policy blocks them, and allowing
 * inline styles beside a nonce would have no effect.
 */

/** Served by something that is not our gateway, as in development, there is no policy to satisfy. */
const PLACEHOLDER = '__CSP_NONCE__';

export function giveStylesNonces(document: Document): void {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
  if (nonce === undefined || nonce === '' || nonce === PLACEHOLDER) return;
  const create = document.createElement.bind(document);
  // The overloads by tag name hold: the element is the one the browser made.
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
