/** An alert as a push service takes it: encrypted for one browser (RFC 8291), signed by us (RFC 8292). */
import { createHash } from 'node:crypto';
import type { AddDevice, Alert } from '@dashboard/protocol/alerts';
import { DashboardError } from '@dashboard/protocol/errors';
import webPush from 'web-push';
import { PUSH_TTL_SECONDS } from './limits.ts';
import type { Outgoing } from './outgoing.ts';
import type { VapidKeys } from './vapid-keys.ts';

export interface PushSender {
  readonly keys: VapidKeys;
  /** Whom a push service may write to: mailto: or https:. */
  readonly contact: string;
}

type Target = Pick<AddDevice, 'endpoint' | 'keys'>;

/** RFC 8030 5.4: at most 32 characters of base64url. */
const TOPIC_CHARS = 32;

export function pushMessage(target: Target, alert: Alert, { keys, contact }: PushSender): Outgoing {
  const { headers, body } = webPush.generateRequestDetails(target, JSON.stringify(alert), {
    vapidDetails: { subject: contact, ...keys },
    TTL: PUSH_TTL_SECONDS,
    urgency: alert.kind === 'finished' ? 'normal' : 'high',
    // While the device is off, the newest of a session takes the place of the one before.
    topic: topicOf(alert),
  });
  // Its types say text; among the headers are numbers.
  const texts = Object.entries<unknown>(headers).map(([name, value]) => [name, String(value)]);
  return {
    url: new URL(target.endpoint),
    headers: Object.fromEntries(texts) as Record<string, string>,
    body,
  };
}

/** @throws DashboardError invalid_request when nothing can be encrypted for it */
export function requireUsable(target: Target, alert: Alert, sender: PushSender): void {
  try {
    pushMessage(target, alert, sender);
  } catch (cause) {
    throw new DashboardError('invalid_request', 'These are no keys of a browser.', { cause });
  }
}

function topicOf({ session, id }: Alert): string {
  const about = session ?? id;
  return createHash('sha256').update(about).digest('base64url').slice(0, TOPIC_CHARS);
}
