/** Every row by name, in the order in which they run. */
import { attach } from './attach.ts';
import { browser } from './browser.ts';
import { bulk } from './bulk.ts';
import { density } from './density.ts';
import { echo } from './echo.ts';
import { exit } from './exit.ts';
import { hooks } from './hooks.ts';
import { interrupt } from './interrupt.ts';
import { reconnect } from './reconnect.ts';
import type { Row } from './row.ts';
import { soak } from './soak.ts';
import { viewers } from './viewers.ts';

export type { Findings, Row, Setting } from './row.ts';

export const ROWS: Readonly<Record<string, Row>> = {
  echo,
  interrupt,
  bulk,
  attach,
  reconnect,
  viewers,
  density,
  exit,
  browser,
  hooks,
  soak,
};
