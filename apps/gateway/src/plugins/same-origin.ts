/**
 * Lets only our own page talk to us, before anybody asks who is logged in: a browser sends cookies
 * along with what a foreign page makes it send. In this order: Host (a name that was rebound to this
 * address is not ours), Origin (exact; for writes and for every upgrade, which browsers allow across
 * origins), Sec-Fetch-Site (what the browser itself says of the rest).
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Refusals } from '../audit/index.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { Operators } from './operators.ts';
import type { Places } from './places.ts';

const READS = new Set(['GET', 'HEAD']);

export interface SameOriginOptions {
  /** Asked for each request: with PORT=0 the names are known only once we listen. */
  readonly places: () => Places;
  readonly operators: Operators;
  readonly metrics: GatewayMetrics;
  readonly refusals: Pick<Refusals, 'count'>;
}

export const sameOrigin = fp<SameOriginOptions>(
  async (app, { places, operators, metrics, refusals }) => {
    app.addHook('onRequest', async (request) => {
      // A token that no page can have: nobody is made to send it.
      if (request.routeOptions.config.isForOperators && operators.holdsToken(request)) return;
      const rule = brokenRule(request, places());
      if (rule === undefined) return;
      metrics.refused.inc({ rule });
      refusals.count(rule, request.ip);
      throw REFUSALS[rule]();
    });
  },
  { name: 'same-origin', fastify: '5.x' },
);

/** What was sent is not repeated: it is a stranger's text. */
const REFUSALS = {
  host: () => new DashboardError('foreign_host', 'This dashboard has another name.'),
  origin: () => new DashboardError('foreign_origin', 'The request does not come from our page.'),
  site: () => new DashboardError('foreign_origin', 'Another site asked for this.'),
} as const;

function brokenRule(request: FastifyRequest, places: Places): keyof typeof REFUSALS | undefined {
  if (!isOurHost(request, places)) return 'host';
  if (isGuarded(request) && !isOurOrigin(request, places)) return 'origin';
  return isFromOurSite(request) ? undefined : 'site';
}

/** `GET http://other/` names a host as well; two Host headers are read differently by each proxy. */
function isOurHost({ raw, headers }: FastifyRequest, places: Places): boolean {
  const names = raw.rawHeaders.filter((text, index) => index % 2 === 0 && isHost(text));
  return (
    names.length === 1 &&
    raw.url?.startsWith('/') === true &&
    places.hosts.has(headers.host?.toLowerCase() ?? '')
  );
}

function isHost(name: string): boolean {
  return name.toLowerCase() === 'host';
}

/** An upgrade is a GET that can do everything a write can. */
function isGuarded(request: FastifyRequest): boolean {
  return isUpgrade(request) || !READS.has(request.method);
}

function isUpgrade({ headers }: FastifyRequest): boolean {
  return headers.upgrade !== undefined;
}

/** Also when it is missing: every browser sends it with what is guarded. */
function isOurOrigin({ headers }: FastifyRequest, places: Places): boolean {
  return headers.origin !== undefined && places.origins.has(headers.origin);
}

/**
 * Browsers that do not send it, and programs, get as far as Origin lets them. `none` is a person who
 * typed the address. A link from elsewhere may open a page; our cookies stay home (SameSite=Strict).
 */
function isFromOurSite(request: FastifyRequest): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers;
  if (site === undefined || site === 'same-origin') return true;
  if (isGuarded(request)) return false;
  return site === 'none' || (mode === 'navigate' && !request.url.startsWith('/api/'));
}
