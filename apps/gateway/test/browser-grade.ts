/**
 * What an answer is worth by the published rules of the MDN HTTP Observatory: 100, less for what is missing,
 * more for what is there beyond it. 100 and above is an A+.
 */
import type { SetCookie } from './test-browser.ts';

export interface Answer {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly SetCookie[];
}

export interface Grade {
  readonly score: number;
  readonly penalties: readonly string[];
}

interface Rule {
  readonly what: string;
  readonly points: number;
  readonly applies: (answer: Answer, policy: Policy) => boolean;
}
type Policy = Readonly<Record<string, readonly string[]>>;

const YEAR_HALF_S = 15_768_000;
/** Extra points count only for who has this much without them. */
const WITHOUT_BONUS_MIN = 90;

const PENALTIES: readonly Rule[] = [
  { what: 'no policy', points: -25, applies: (_, policy) => policy['default-src'] === undefined },
  {
    what: 'inline scripts',
    points: -20,
    applies: (_, p) => scripts(p).includes("'unsafe-inline'"),
  },
  { what: 'text as scripts', points: -10, applies: (_, p) => scripts(p).includes("'unsafe-eval'") },
  {
    what: 'scripts of anybody',
    points: -20,
    applies: (_, p) => scripts(p).some((from) => /^(https?:|data:|\*)/.test(from)),
  },
  {
    what: 'objects',
    points: -20,
    applies: (_, p) => !(p['object-src'] ?? p['default-src'] ?? []).includes("'none'"),
  },
  { what: 'no HSTS', points: -20, applies: ({ headers }) => ageIn(headers) < YEAR_HALF_S },
  {
    what: 'types are guessed',
    points: -5,
    applies: ({ headers }) => headers['x-content-type-options'] !== 'nosniff',
  },
  {
    what: 'frames',
    points: -20,
    applies: ({ headers }, p) =>
      !(p['frame-ancestors'] ?? []).includes("'none'") && headers['x-frame-options'] !== 'DENY',
  },
  { what: 'a cookie without Secure', points: -40, applies: lacking('Secure') },
  { what: 'a cookie for scripts', points: -30, applies: lacking('HttpOnly') },
  { what: 'a cookie for other sites', points: -20, applies: lacking('SameSite=Strict') },
  {
    what: 'readable by any origin',
    points: -50,
    applies: ({ headers }) => headers['access-control-allow-origin'] !== undefined,
  },
  {
    what: 'a referrer that tells',
    points: -5,
    applies: ({ headers }) => /unsafe-url|^origin/.test(headers['referrer-policy'] ?? ''),
  },
];

const BONUSES: readonly Rule[] = [
  { what: 'nothing by default', points: 10, applies: (_, p) => p['default-src']?.[0] === "'none'" },
  ...['opener', 'embedder', 'resource'].map((name) => ({
    what: name,
    points: 10,
    applies: ({ headers }: Answer) =>
      /^(same-origin|require-corp)$/.test(headers[`cross-origin-${name}-policy`] ?? ''),
  })),
  {
    what: 'a private referrer',
    points: 5,
    applies: ({ headers }) => headers['referrer-policy'] === 'no-referrer',
  },
];

export function gradeOf(answer: Answer): Grade {
  const policy = policyIn(answer.headers['content-security-policy'] ?? '');
  const applying = (rules: readonly Rule[]): readonly Rule[] =>
    rules.filter(({ applies }) => applies(answer, policy));
  const sum = (rules: readonly Rule[]): number =>
    rules.reduce((all, { points }) => all + points, 0);
  const penalties = applying(PENALTIES);
  const base = 100 + sum(penalties);
  const score = base < WITHOUT_BONUS_MIN ? base : base + sum(applying(BONUSES));
  return { score, penalties: penalties.map(({ what }) => what) };
}

function policyIn(text: string): Policy {
  const directives = text.split(';').map((part) => part.trim().split(/\s+/));
  return Object.fromEntries(directives.map(([name = '', ...sources]) => [name, sources]));
}

function scripts(policy: Policy): readonly string[] {
  return policy['script-src'] ?? policy['default-src'] ?? [];
}

function ageIn(headers: Answer['headers']): number {
  return Number(/max-age=(\d+)/.exec(headers['strict-transport-security'] ?? '')?.[1] ?? 0);
}

function lacking(attribute: string): (answer: Answer) => boolean {
  return ({ cookies }) => cookies.some(({ attributes }) => !attributes.includes(attribute));
}
