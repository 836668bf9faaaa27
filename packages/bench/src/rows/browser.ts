/** What a person sees: from the event of a key to the frame after the one that it was drawn in. */
import { launchBrowser, Tab } from '../browser/index.ts';
import {
  ECHO_PROGRAM,
  figure,
  inTurn,
  median,
  medianRatio,
  percentile,
  type Claim,
} from '../measure/index.ts';
import type { TargetName } from '../targets/index.ts';
import type { Findings, Row, Setting } from './row.ts';

const NAMES = ['ours pty', 'plain', 'ours tmux', 'plain-tmux'] as const;
const KEYS = 30;
const EVERY_MS = 60;

export const browser: Row = { what: 'a key event to the frame after it, in Chromium', run };

async function run(setting: Setting): Promise<Findings> {
  const { clock } = setting;
  const chromium = await launchBrowser(setting.atEnd);
  const tabs = new Map<TargetName, Tab>();
  for (const name of NAMES) {
    setting.progress(`a tab on ${name}`);
    const session = await (await setting.start(name)).openSession();
    if (session.address === undefined) throw new Error(`${name} has no address`);
    const tab = await Tab.open(chromium, await session.address());
    await tab.ask(ECHO_PROGRAM, 'READY');
    tabs.set(name, tab);
  }
  const cells = [...tabs].map(([name, tab]) => ({
    name,
    measure: (round: number) =>
      tab.typeKeys({ clock, count: KEYS, everyMs: EVERY_MS, seed: round + 1 }),
  }));
  return findings(await inTurn<readonly number[]>(cells, setting));
}

function findings(results: Map<string, (readonly number[])[]>): Findings {
  const medians = (name: TargetName): number[] => (results.get(name) ?? []).map(median);
  const lines = [...results].map(([name, found]) => {
    const all = found.flat();
    const cells = [0.5, 0.95, 0.99].map((share) => figure(percentile(all, share)));
    return [name, ...cells, `${all.length} of ${found.length * KEYS}`];
  });
  const pairs = [
    ['ours pty', 'plain'],
    ['ours tmux', 'plain-tmux'],
  ] as const;
  const ratios = pairs.map(
    ([ours, other]) =>
      `${ours} : ${other} is ${figure(medianRatio(medians(ours), medians(other)))}.`,
  );
  const claims: readonly Claim[] = [];
  return {
    tables: [{ title: 'browser', columns: ['ms', 'p50', 'p95', 'p99', 'keys seen'], lines }],
    claims,
    notes: [
      'Headless Chromium at 60 frames/s, xterm.js with its DOM renderer, one page for all.',
      `Medians within a round: ${ratios.join(' ')}`,
    ],
    raw: Object.fromEntries(results),
  };
}
