/** What is shown instead of the page while the dashboard cannot be reached. Tries again by itself. */

const TRY_AGAIN_SECONDS = 5;

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${TRY_AGAIN_SECONDS}">
<meta name="color-scheme" content="dark light">
<title>Out of reach · Dashboard</title>
<style>
:root { color-scheme: dark light; font: 16px/1.5 system-ui, sans-serif; }
body { min-height: 100dvh; margin: 0; display: grid; place-content: center; padding: 1.5rem; text-align: center; }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; opacity: .75; max-width: 32ch; }
a { color: inherit; }
</style>
</head>
<body>
<h1>The dashboard is out of reach</h1>
<p>Sessions go on without it. This page tries again every ${TRY_AGAIN_SECONDS} seconds.</p>
<a href="">Try now</a>
</body>
</html>
`;

/** The nonce of the gateway is out of reach too: this page has a policy of its own, and no script. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
};

export function offlinePage(): Response {
  return new Response(HTML, { status: 503, headers: HEADERS });
}
