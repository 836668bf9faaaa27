/** Every row by name, in the order in which they run. */
import { bulk } from './bulk.ts';
import { echo } from './echo.ts';
import { interrupt } from './interrupt.ts';
import type { Row } from './row.ts';

export type { Findings, Row, Setting } from './row.ts';

export const ROWS: Readonly<Record<string, Row>> = { echo, interrupt, bulk };
