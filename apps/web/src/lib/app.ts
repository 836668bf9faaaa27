/** Puts the page together: everything that is shared, made once and handed down as a context. */
import { systemClock } from '@dashboard/runtime/clock';
import type { Clock } from '@dashboard/runtime/clock';
import { createContext } from 'svelte';
import { Alerts } from './alerts/alerts.svelte.ts';
import { PushHere } from './alerts/push-here.svelte.ts';
import { Account } from './api/account.svelte.ts';
import { Api } from './api/api.ts';
import { EventStream } from './api/event-stream.svelte.ts';
import { Inbox } from './approvals/inbox.svelte.ts';
import { Fleet } from './fleet/fleet.svelte.ts';
import { StartForm } from './fleet/start-form.svelte.ts';
import { KeyHelp } from './keys/key-help.svelte.ts';
import { Palette } from './palette/palette.svelte.ts';
import { PromptQueues } from './prompts/prompt-queues.ts';
import { Splits } from './session/splits.svelte.ts';
import { Preferences } from './settings/preferences.svelte.ts';
import { Proof } from './settings/proof.svelte.ts';
import { Now } from './ui/now.svelte.ts';
import type { Shelf } from './ui/remembered.svelte.ts';

export interface App {
  readonly api: Api;
  readonly account: Account;
  readonly alerts: Alerts;
  readonly clock: Clock;
  readonly events: EventStream;
  readonly fleet: Fleet;
  readonly inbox: Inbox;
  readonly keyHelp: KeyHelp;
  readonly now: Now;
  readonly palette: Palette;
  readonly preferences: Preferences;
  readonly proof: Proof;
  readonly prompts: PromptQueues;
  readonly push: PushHere;
  readonly shelf: Shelf;
  readonly splits: Splits;
  readonly startForm: StartForm;
}

export const [getApp, setApp] = createContext<App>();

export function createApp(): App {
  const clock = systemClock;
  const shelf = openShelf();
  const api = new Api({
    fetch: (input, init) => fetch(input, init),
    // Locks exist in secure contexts only, whatever the type says.
    ...('locks' in navigator ? { alone: (name, task) => navigator.locks.request(name, task) } : {}),
  });
  const proof = new Proof(api);
  api.onProofNeeded = () => proof.ask();
  const account = new Account(api);
  const alerts = new Alerts(api);
  const push = new PushHere(alerts, shelf);
  const now = new Now(clock);
  const fleet = new Fleet(api, now, clock);
  const inbox = new Inbox(api, clock);
  const prompts = new PromptQueues(api);
  const events = new EventStream({
    open: (path) => new EventSource(path),
    clock,
    random: () => Math.random(),
    checkLogin: async () => {
      await account.load();
      return account.me !== undefined;
    },
    onEvent: (event) => {
      fleet.apply(event);
      inbox.apply(event);
      prompts.apply(event);
    },
  });
  const [keyHelp, preferences] = [new KeyHelp(), new Preferences(shelf)];
  return {
    api,
    account,
    alerts,
    clock,
    events,
    fleet,
    inbox,
    keyHelp,
    now,
    palette: new Palette(),
    preferences,
    prompts,
    proof,
    push,
    shelf,
    splits: new Splits(shelf),
    startForm: new StartForm(),
  };
}

/** Where a browser forbids storage, what is remembered lives as long as the page. */
function openShelf(): Shelf {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem: () => undefined };
  }
}
