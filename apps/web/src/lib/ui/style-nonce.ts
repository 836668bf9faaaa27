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
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- one of its overloads is, not all
  document.createElement = new Proxy(document.createElement.bind(document), {
    apply(create, _this, parameters: Parameters<Document['createElement']>) {
      const element = create(...parameters);
      if (element instanceof HTMLStyleElement) element.nonce = nonce;
      return element;
    },
  });
}
