/** What start.mjs has found out and prepared, as main.ts is handed it: one JSON argument. */
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const Path = Type.String({ pattern: '^/' });

export const Plan = Type.Object({
  root: Path,
  webRoot: Path,
  /** The program, and its version. */
  node: Path,
  nodeVersion: Type.String(),
  host: Type.String(),
  port: Type.Integer(),
  projects: Type.Array(Path),
  engine: Type.Union([Type.Literal('tmux'), Type.Literal('pty')]),
  isVerbose: Type.Boolean(),
  data: Type.Object({
    path: Path,
    worker: Path,
    gateway: Path,
    run: Path,
    workerSocket: Path,
    tmuxSocket: Path,
    workerKeyFile: Path,
    jwtSecretFile: Path,
  }),
});
export type Plan = Readonly<Static<typeof Plan>>;

/** @throws Error naming the field */
export function parsePlan(json: string | undefined): Plan {
  if (json === undefined) throw new Error('this is started by start.mjs: npm start');
  return Value.Parse(Plan, JSON.parse(json));
}
