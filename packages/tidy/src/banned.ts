/** Texts that must not stand in a file, each with what to write instead. */
import { isSource, isTest, type Rule, type SourceFile } from './tree.ts';

interface Ban {
  readonly what: RegExp;
  readonly instead: string;
  /** Where it stands with good reason. */
  readonly except?: RegExp;
  readonly mayTests?: true;
}

const CLOCK = /runtime\/src\/clock\.ts$/;
const MAIN = /(\/main|ops\/local\/(start|test|dashboard|with-tools)|\.config)\.(ts|mjs)$/;
/** The rules themselves have to name what they forbid. */
const RULES = /^(eslint\.config\.js|packages\/tidy\/)/;

export const BANS: readonly Ban[] = [
  { what: /\bDate\.now\(/, instead: 'Clock.nowMs', except: CLOCK },
  {
    what: /\bset(Timeout|Interval)\(/,
    instead: 'Clock.after or Clock.every',
    except: new RegExp(
      `${CLOCK.source}|(ops/local|packages/(bench|testkit)/programs)/[\\w-]+\\.mjs$`,
    ),
  },
  {
    what: /\bprocess\.env\b/,
    instead: 'the config that main.ts parsed',
    except: MAIN,
    mayTests: true,
  },
  { what: /\bconsole\.\w+\(/, instead: 'the logger handed in', except: MAIN, mayTests: true },
  { what: /\bas any\b/, instead: 'unknown, and a parser' },
  { what: /@ts-(ignore|nocheck|expect-error)/, instead: 'a type that is true', mayTests: true },
  {
    what: /eslint-disable(?!.* -- \w)/,
    instead: 'a reason: "eslint-disable-next-line rule -- why"',
  },
  { what: /\b(test|it|describe)\.(only|todo)\b/, instead: 'the whole suite' },
  { what: /\b(vi|jest)\.mock\(/, instead: 'the real thing, from packages/testkit' },
];

/** Concern every text file, prose included. */
const EVERYWHERE: readonly Ban[] = [
  {
    what: /\b(TODO|FIXME|XXX)\b(?!.*#\d)/,
    instead: 'an issue, and its number: "TODO(#12)"',
  },
  {
    what: /(?<![\w.~-])\/(work|root)\//,
    instead: 'a path from the root of the repository: nobody else has this machine',
  },
  {
    what: /https?:\/\/(?!registry\.npmjs\.org)[\w.-]*(registry|artifactory|nexus|verdaccio|npm-)[\w.-]*/,
    instead: 'no registry: npm knows which one to ask',
  },
];

export const nothingBanned: Rule = (files) => [
  ...files.filter(isSource).flatMap((file) => findings(file, BANS)),
  ...files.filter(isText).flatMap((file) => findings(file, EVERYWHERE)),
];

function findings(file: SourceFile, bans: readonly Ban[]): string[] {
  const { path, text } = file;
  if (RULES.test(path)) return [];
  const applying = bans.filter(
    ({ except, mayTests }) => except?.test(path) !== true && !(mayTests && isTest(file)),
  );
  return text.split('\n').flatMap((line, index) =>
    applying
      .map(({ what, instead }) => ({ found: what.exec(line)?.[0], instead }))
      .filter(({ found }) => found !== undefined)
      .map(({ found, instead }) => `${path}:${index + 1}: not "${found}" but ${instead}`),
  );
}

function isText({ path }: SourceFile): boolean {
  return !/\.(png|ico|woff2|bin)$|\/test-vectors\//.test(path);
}
