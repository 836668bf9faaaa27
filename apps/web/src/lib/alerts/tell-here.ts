/** An alert in a page that is open: a sound, and a notification where no push brings one. */
import type { Alert } from '@dashboard/protocol/alerts';
import type { Clock } from '@dashboard/runtime/clock';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { chime } from './chime.ts';
import { registration } from './worker-words.ts';

/** From its begin: it may have stood for two minutes before it was told. Later, a tab was away, and the list shows it anyway. */
const LATE_MS = 180_000;
/** Of several tabs, one makes the sound; longer than events are apart that reach them together. */
const ONE_TAB_MS = 1_500;
const LOCK = 'dashboard-chime';

/** What a notification carries that is about a wait; the service worker writes it too. */
const Shown = Type.Object({
  session: Type.String(),
  kind: Type.Union([Type.Literal('asks'), Type.Literal('failed')]),
});

export interface TellOptions {
  readonly clock: Clock;
  readonly hasSound: boolean;
  /** Web Push shows it in this browser. */
  readonly isPushed: boolean;
}

export async function tellHere(alert: Alert, options: TellOptions): Promise<void> {
  const { clock, hasSound, isPushed } = options;
  const task = async (): Promise<void> => {
    // In a browser that has never been allowed to, it stays silent.
    if (hasSound) await chime().catch(() => undefined);
    if (!isPushed) await notify(alert);
    await new Promise<void>((resolve) => void clock.after(ONE_TAB_MS, resolve));
  };
  if (!('locks' in navigator)) return await task();
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await task();
  });
}

/** Late in the stream, after a tab was frozen or the network gone. */
export function isLate({ atMs }: Alert, nowMs: number): boolean {
  return nowMs - atMs > LATE_MS;
}

async function notify({ title, text: body, session, kind, path }: Alert): Promise<void> {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const data = { path, session, kind };
  const options = { body, icon: '/icon-192.png', tag: session ?? kind, data };
  await (await registration())?.showNotification(title, options);
}

/**
 * Those whose session waits for nobody any more: answered here, in the terminal or by somebody else.
 * That work is done stays true, and that a session was lost.
 */
export async function closeSettled(isWaiting: (session: string) => boolean): Promise<void> {
  for (const notification of (await (await registration())?.getNotifications()) ?? []) {
    const data: unknown = notification.data;
    if (Value.Check(Shown, data) && !isWaiting(data.session)) notification.close();
  }
}
