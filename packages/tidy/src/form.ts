/** Rules on the form of one file: it says first what it is for, it ends before it tires. */
import { isSource, type Rule } from './tree.ts';

const LINES_MAX = 300;
/** Fewer words do not say what something is for. */
const OPENING_WORDS_MIN = 4;

const OPENINGS: readonly (readonly [RegExp, RegExp])[] = [
  [/\.(ts|mts|js|mjs)$/, /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//],
  [/\.css$/, /^\/\*([\s\S]*?)\*\//],
  [/\.(svelte|html)$/, /^(?:<!doctype html>\n)?<!--([\s\S]*?)-->/i],
  [/./, /^#!.*\n((?:#.*\n)+)/],
];

/** Every source file opens with a sentence about its purpose. */
export const purposeFirst: Rule = (files) =>
  files.filter(isSource).flatMap(({ path, text }) => {
    const opening = OPENINGS.find(([kind]) => kind.test(path))?.[1].exec(text)?.[1] ?? '';
    const words = opening.match(/[\p{L}\d'’-]{2,}/gu)?.length ?? 0;
    if (words >= OPENING_WORDS_MIN && !/^\s*\*?\s*@(type|vitest)/.test(opening)) return [];
    return [`${path}: open with a comment that says in a sentence what the file is for`];
  });

export const shortFiles: Rule = (files) =>
  files.filter(isSource).flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines <= LINES_MAX
      ? []
      : [`${path}: ${lines} lines, at most ${LINES_MAX}: which part of it has a name of its own?`];
  });
