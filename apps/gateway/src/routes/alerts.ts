/** One's own alerts, and the webhooks of the dashboard, whose changes are audited as what an owner did. */
import type { FastifyInstance } from 'fastify';
import { secretInWords, type Alerts } from '../alerts/index.ts';
import { audit } from '../audit/index.ts';
import type { Webhook } from '@dashboard/protocol/alerts';
import { route } from './endpoint.ts';

export function alertRoutes(app: FastifyInstance, { alerts }: { alerts: Alerts }): void {
  const { wishes, devices, present } = alerts;
  route(app, 'alerts', async ({ viewer }) => alerts.of(viewer.userId));
  route(app, 'changeAlerts', async ({ viewer, body }) => wishes.change(viewer.userId, body));
  route(app, 'muteSession', async ({ viewer, params }) => wishes.mute(viewer.userId, params.id));
  route(app, 'unmuteSession', async ({ viewer, params }) => {
    wishes.unmute(viewer.userId, params.id);
  });
  route(app, 'addDevice', async ({ viewer, body }) => alerts.addDevice(viewer, body));
  route(app, 'removeDevice', async ({ viewer, params }) => {
    devices.remove(devices.get(viewer.userId, params.id).device.id);
  });
  route(app, 'testDevice', async ({ viewer: { userId }, params: { id } }) => {
    return await alerts.testDevice(devices.get(userId, id));
  });
  route(app, 'presence', async ({ viewer, body }) => present.say(viewer.userId, body));
}

export function webhookRoutes(app: FastifyInstance, { alerts }: { alerts: Alerts }): void {
  const { webhooks } = alerts;
  route(app, 'listWebhooks', async () => ({
    webhooks: webhooks.all().map(({ webhook }) => webhook),
  }));
  route(app, 'createWebhook', async ({ body, viewer, request }) => {
    alerts.requireReachable(body.url);
    const { webhook, secret } = webhooks.add(body);
    audit(request, viewer, { event: 'webhook_added', ...ofWebhook(webhook) });
    return { webhook, secret: secretInWords(secret) };
  });
  route(app, 'changeWebhook', async ({ params, body, viewer, request }) => {
    const { webhook } = webhooks.change(params.id, body);
    audit(request, viewer, { event: 'webhook_changed', ...ofWebhook(webhook) });
    return webhook;
  });
  route(app, 'removeWebhook', async ({ params, viewer, request }) => {
    const { webhook } = webhooks.remove(params.id);
    audit(request, viewer, { event: 'webhook_removed', ...ofWebhook(webhook) });
  });
  route(app, 'testWebhook', async ({ params }) => {
    return await alerts.testWebhook(webhooks.get(params.id));
  });
}

/** The address may be a secret, and of it only the origin is known here. */
function ofWebhook({ id, label, origin, kinds, isOn }: Webhook) {
  return { webhook: id, label, origin, kinds, isOn };
}
