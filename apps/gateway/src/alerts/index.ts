/**
 * Who is told what, where and when.
 *
 *   occasion.ts, decide.ts  pure: what there is to tell; whether somebody is told it
 *   watch.ts                an occasion is told once it has stood for a while
 *   outbox.ts, outgoing.ts  how it leaves: bounded, tried again, to public addresses only
 *   wishes, devices, webhooks, present   what people want, where, and what they see already
 */
export { Alerts, type AlertObserver } from './alerts.ts';
export { secretInWords } from './webhook-message.ts';
