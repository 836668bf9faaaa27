/** What a row of the benchmark is given, and what it comes back with. */
import type { AtEnd } from '@dashboard/testkit/at-end';
import type { Claim, Pace, Table } from '../measure/index.ts';
import type { Target, TargetName } from '../targets/index.ts';

export interface Setting extends Pace {
  /** Private, empty, gone after the row. */
  readonly directory: string;
  readonly atEnd: AtEnd;
  /** Started for this row alone, ended after it. */
  start(name: TargetName): Promise<Target>;
}

export interface Findings {
  readonly tables: readonly Table[];
  readonly claims: readonly Claim[];
  /** What a reader of the tables has to know. */
  readonly notes: readonly string[];
  /** What was measured, each round by itself. */
  readonly raw: unknown;
}

export interface Row {
  readonly what: string;
  run(setting: Setting): Promise<Findings>;
}
