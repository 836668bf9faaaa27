/**
 * Lets upgrades through to the terminal alone. @fastify/websocket answers 101 on every address, login
 * or not, and hangs up afterwards where no route takes the socket.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import { TERMINAL_PATH } from '@dashboard/protocol/rest';
import type {} from '@fastify/websocket';
import fp from 'fastify-plugin';

export const refuseUpgrades = fp(
  async (app) => {
    app.addHook('onRequest', async (request) => {
      if (!request.ws || request.routeOptions.url === TERMINAL_PATH) return;
      throw new DashboardError('not_found', 'No WebSocket is to be had at this address.');
    });
  },
  { name: 'refuse-upgrades', fastify: '5.x', dependencies: ['@fastify/websocket'] },
);
