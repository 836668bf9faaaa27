/** The rows of the REST table that are about alerts: one's own, and the webhooks of the dashboard. */
import { Type } from 'typebox';
import {
  AddDevice,
  Alerts,
  AlertSettings,
  ChangeWebhook,
  CreatedWebhook,
  CreateWebhook,
  Device,
  Presence,
  Webhook,
  Webhooks,
} from './alerts.ts';
import { DeviceIdSchema, SessionIdSchema, WebhookIdSchema } from './ids.ts';
import type { Endpoint } from './rest.ts';

const SessionParams = Type.Object({ id: SessionIdSchema }, { additionalProperties: false });
const DeviceParams = Type.Object({ id: DeviceIdSchema }, { additionalProperties: false });
const WebhookParams = Type.Object({ id: WebhookIdSchema }, { additionalProperties: false });

export const ALERT_REST = {
  alerts: {
    method: 'GET',
    path: '/api/alerts',
    summary: 'What one is told, where, and which sessions one has muted',
    access: 'observer',
    status: 200,
    reply: Alerts,
  },
  changeAlerts: {
    method: 'PATCH',
    path: '/api/alerts',
    summary: 'Say what one wants to be told, and when not',
    access: 'observer',
    body: AlertSettings,
    status: 200,
    reply: AlertSettings,
  },
  muteSession: {
    method: 'POST',
    path: '/api/sessions/:id/mute',
    summary: 'Hear no more of this session; others still do',
    access: 'observer',
    params: SessionParams,
    status: 204,
  },
  unmuteSession: {
    method: 'DELETE',
    path: '/api/sessions/:id/mute',
    summary: 'Hear of this session again',
    access: 'observer',
    params: SessionParams,
    status: 204,
  },
  addDevice: {
    method: 'POST',
    path: '/api/alerts/devices',
    summary: 'Let this browser get alerts as Web Push; the same endpoint again is the same device',
    access: 'observer',
    body: AddDevice,
    status: 201,
    reply: Device,
  },
  removeDevice: {
    method: 'DELETE',
    path: '/api/alerts/devices/:id',
    summary: 'Send one of one’s own browsers no more alerts',
    access: 'observer',
    params: DeviceParams,
    status: 204,
  },
  testDevice: {
    method: 'POST',
    path: '/api/alerts/devices/:id/test',
    summary: 'Send one of one’s own browsers an alert now, and say how that went',
    access: 'observer',
    params: DeviceParams,
    status: 200,
    reply: Device,
  },
  presence: {
    method: 'POST',
    path: '/api/alerts/presence',
    summary: 'Say what this tab shows, so that nobody is told what they see',
    access: 'observer',
    body: Presence,
    status: 204,
  },
  listWebhooks: {
    method: 'GET',
    path: '/api/webhooks',
    summary: 'Where alerts of the whole dashboard are sent; no addresses',
    access: 'owner',
    status: 200,
    reply: Webhooks,
  },
  createWebhook: {
    method: 'POST',
    path: '/api/webhooks',
    summary: 'Send alerts somewhere; the secret that signs them is shown once',
    access: 'owner',
    body: CreateWebhook,
    status: 201,
    reply: CreatedWebhook,
  },
  changeWebhook: {
    method: 'PATCH',
    path: '/api/webhooks/:id',
    summary: 'Rename a webhook, choose what it is told, turn it on or off',
    access: 'owner',
    params: WebhookParams,
    body: ChangeWebhook,
    status: 200,
    reply: Webhook,
  },
  removeWebhook: {
    method: 'DELETE',
    path: '/api/webhooks/:id',
    summary: 'Send no more alerts there',
    access: 'owner',
    params: WebhookParams,
    status: 204,
  },
  testWebhook: {
    method: 'POST',
    path: '/api/webhooks/:id/test',
    summary: 'Send it an alert now, and say how that went',
    access: 'owner',
    params: WebhookParams,
    status: 200,
    reply: Webhook,
  },
} as const satisfies Record<string, Endpoint>;
