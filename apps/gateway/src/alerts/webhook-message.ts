/** An alert in the shape that a receiver takes, signed as the Standard Webhooks say. */
import { createHmac } from 'node:crypto';
import type { Alert, AlertKind, WebhookFormat } from '@dashboard/protocol/alerts';
import type { Outgoing } from './outgoing.ts';
import type { Hook } from './webhooks.ts';

export interface Sent {
  readonly alert: Alert;
  /** Where the page is: links of a webhook are opened outside of it. */
  readonly pageUrl: string;
  readonly nowMs: number;
}

interface Message {
  readonly url: URL;
  readonly content: unknown;
}

export function webhookMessage(hook: Hook, sent: Sent): Outgoing {
  const { url, content } = MESSAGES[hook.webhook.format](hook.url, sent);
  const body = Buffer.from(JSON.stringify(content));
  const seconds = String(Math.floor(sent.nowMs / 1_000));
  const { id } = sent.alert;
  return {
    url,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'claude-code-dashboard',
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${sign(hook.secret, `${id}.${seconds}.${body.toString()}`)}`,
    },
    body,
  };
}

/** As a person copies it into a receiver. */
export function secretInWords(secret: Uint8Array): string {
  return `whsec_${Buffer.from(secret).toString('base64')}`;
}

function sign(secret: Uint8Array, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64');
}

const MESSAGES: Record<WebhookFormat, (url: URL, sent: Sent) => Message> = {
  json: (url, { alert, pageUrl }) => {
    const { id, kind, session, title, text, path, atMs } = alert;
    const told = { id, kind, session, title, text, atMs, url: linkOf(pageUrl, path) };
    return { url, content: { type: `alert.${kind}`, ...told } };
  },
  slack: (url, { alert, pageUrl }) => {
    const [title, text] = [escapeSlack(alert.title), escapeSlack(alert.text)];
    return { url, content: { text: `*${title}*: ${text} <${linkOf(pageUrl, alert.path)}|Open>` } };
  },
  ntfy: (url, { alert, pageUrl }) => {
    // Published as JSON, since a header could not carry every letter of a name.
    const parts = url.pathname.split('/').filter((part) => part !== '');
    const topic = decodeURIComponent(parts.pop() ?? '');
    const server = new URL(url);
    server.pathname = `/${parts.join('/')}`;
    const { title, text: message, kind } = alert;
    const click = linkOf(pageUrl, alert.path);
    return { url: server, content: { topic, title, message, click, ...NTFY[kind] } };
  },
};

/** 3 is ordinary, 4 rings longer. Tags that name an emoji are shown as one. */
const NTFY: Record<AlertKind, { priority: number; tags: string[] }> = {
  asks: { priority: 4, tags: ['raised_hand'] },
  finished: { priority: 3, tags: ['white_check_mark'] },
  failed: { priority: 4, tags: ['warning'] },
  lost: { priority: 4, tags: ['ghost'] },
};

function linkOf(pageUrl: string, path: string): string {
  return new URL(path, pageUrl).href;
}

/** What Slack would take for a link or a mention; stars and ticks of a name only change its look. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
