/** What the service worker says to pages. It sends it: src/service-worker/index.ts. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const WorkerWord = Type.Union([
  /** A notification was pressed: show this. */
  Type.Object({ type: Type.Literal('go'), path: Type.String({ pattern: '^/(?!/)' }) }),
  /** A push has reached this browser. */
  Type.Object({ type: Type.Literal('alert_arrived'), id: Type.String() }),
]);
type WorkerWord = Static<typeof WorkerWord>;

/** Plain http beyond this machine has no service workers, whatever the type says. */
function container(): ServiceWorkerContainer | undefined {
  return 'serviceWorker' in navigator ? navigator.serviceWorker : undefined;
}

/** @returns a function that ends the listening */
export function onWorkerWord(hear: (word: WorkerWord) => void): () => void {
  const worker = container();
  const heard = ({ data }: MessageEvent<unknown>): void => {
    if (Value.Check(WorkerWord, data)) hear(data);
  };
  worker?.addEventListener('message', heard);
  worker?.startMessages();
  return () => worker?.removeEventListener('message', heard);
}

/** @returns undefined where there is none, or none yet */
export async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return await container()?.getRegistration();
}

/** Waits until there is one. */
export async function readyRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  return await container()?.ready;
}
