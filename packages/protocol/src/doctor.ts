/** What a worker finds of what it needs, and for each thing that is missing, what mends it. */
import { Type, type Static } from 'typebox';
import { DOCTOR_WORDS_CHARS_MAX } from './limits.ts';

/** In the order in which a person would mend them. */
export const DOCTOR_CHECK_NAMES = [
  'claude_found',
  'claude_version',
  'claude_authenticated',
  /** Only where a directory is asked for. */
  'directory_trusted',
  'hooks_alive',
  'curl',
  'tmux',
  'disk',
] as const;
export type DoctorCheckName = (typeof DOCTOR_CHECK_NAMES)[number];

/** unknown: it could not be found out, or there was nothing yet to find it out by. */
export const DoctorOutcome = Type.Union([
  Type.Literal('ok'),
  Type.Literal('warning'),
  Type.Literal('failed'),
  Type.Literal('unknown'),
]);
export type DoctorOutcome = Static<typeof DoctorOutcome>;

const Words = Type.String({ maxLength: DOCTOR_WORDS_CHARS_MAX });

export const DoctorCheck = Type.Object(
  {
    name: Type.Unsafe<DoctorCheckName>(Type.String({ enum: [...DOCTOR_CHECK_NAMES] })),
    outcome: DoctorOutcome,
    /** What was found. */
    words: Words,
    /** What to do, a command in it between backticks; null where there is nothing to do. */
    remedy: Type.Union([Words, Type.Null()]),
  },
  { additionalProperties: false },
);
export type DoctorCheck = Readonly<Static<typeof DoctorCheck>>;

export const DoctorReport = Type.Object(
  { checks: Type.Array(DoctorCheck) },
  { additionalProperties: false },
);
export type DoctorReport = Readonly<Static<typeof DoctorReport>>;
