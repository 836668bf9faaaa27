/** A page without a server of its own: everything is drawn in the browser. */
export const ssr = false;
export const prerender = false;
