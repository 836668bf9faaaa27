/** Puts `request.viewer` on every request: who asks, or null where nobody is logged in. */
import type { Viewer } from '../auth/viewer.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null only where the route is public. */
    viewer: Viewer | null;
  }
}
