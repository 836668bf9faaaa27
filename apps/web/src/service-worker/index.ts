/**
 * Runs while no page is open: shows what is pushed, leads to it when it is pressed, and says so when
 * the dashboard cannot be reached. It keeps nothing: files with a hash in their name are the browser's
 * to cache, and everything else is about one person at one moment.
 */
import { Alert } from '@dashboard/protocol/alerts';
import { self } from '$app/service-worker';
import { Value } from 'typebox/value';
import { offlinePage } from './offline.ts';

/** The page knows these too: lib/alerts/service-worker-words.ts. */
interface Shown {
  readonly path: string;
}

const ICON = '/icon-192.png';

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  if (event.request.mode === 'navigate') event.respondWith(navigate(event));
});
self.addEventListener('push', (event) => event.waitUntil(show(event.data)));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(pathOf(event.notification.data)));
});

/** The browser then asks for the page while this program is still being started. */
async function activate(): Promise<void> {
  await self.registration.navigationPreload.enable();
  await self.clients.claim();
}

async function navigate(event: FetchEvent): Promise<Response> {
  try {
    const preloaded: unknown = await event.preloadResponse;
    return preloaded instanceof Response ? preloaded : await fetch(event.request);
  } catch {
    return offlinePage();
  }
}

/** A push has to show something, whatever it carries: a browser takes the right to push away otherwise. */
async function show(data: PushMessageData | null): Promise<void> {
  const alert = read(data);
  if (alert === undefined) {
    await self.registration.showNotification('Claude Code Dashboard', {
      ...{ body: 'Something needs you.', icon: ICON, tag: 'unknown', data: { path: '/' } },
    });
    return;
  }
  const { title, text: body, session, kind, path, id, waiting } = alert;
  await self.registration.showNotification(title, {
    // The newest of a session takes the place of the one before.
    ...{ body, icon: ICON, tag: session ?? kind, data: { path, session, kind } },
  });
  await setBadge(waiting);
  for (const page of await pages()) page.postMessage({ type: 'alert_arrived', id });
}

function read(data: PushMessageData | null): Alert | undefined {
  try {
    const alert: unknown = data?.json();
    return Value.Check(Alert, alert) ? alert : undefined;
  } catch {
    return undefined;
  }
}

/** Not every browser has one. */
async function setBadge(count: number): Promise<void> {
  if (!('setAppBadge' in self.navigator)) return;
  await self.navigator.setAppBadge(count).catch(() => undefined);
}

/** To a page that is open, since it need not be loaded; otherwise to a new one. */
async function lead(path: string): Promise<void> {
  const open = await pages();
  const page = open.find(({ focused }) => focused) ?? open[0];
  if (page === undefined) return void (await self.clients.openWindow(path));
  page.postMessage({ type: 'go', path });
  // Some browsers allow it for a moment after the press only.
  await page.focus().catch(() => undefined);
}

async function pages(): Promise<readonly WindowClient[]> {
  return await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}

/** Only into this page: the notification is ours, what it carries was checked when it came. */
function pathOf(shown: unknown): string {
  return isShown(shown) && /^\/(?!\/)/.test(shown.path) ? shown.path : '/';
}

function isShown(data: unknown): data is Shown {
  return (
    typeof data === 'object' && data !== null && 'path' in data && typeof data.path === 'string'
  );
}
