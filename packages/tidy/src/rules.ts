/** Every rule that the tree is held to, under the sentence it stands for. */
import { nothingBanned } from './banned.ts';
import { frontDoors, noCycles } from './folders.ts';
import { purposeFirst, shortFiles } from './form.ts';
import { packageArrows, runsAnywhere, workerArrows } from './layers.ts';
import { linksResolve, vectorsAreUsed } from './references.ts';
import type { Rule } from './tree.ts';

export const RULES: Readonly<Record<string, Rule>> = {
  'every source file opens with what it is for': purposeFirst,
  'no source file is longer than 300 lines': shortFiles,
  'nothing banned is written': nothingBanned,
  'packages import downwards only, apps never each other': packageArrows,
  'what runs anywhere imports itself, and packages/protocol typebox': runsAnywhere,
  'inside the worker, adapters know the domain and not the reverse': workerArrows,
  'a folder is entered by its front door': frontDoors,
  'folders do not import each other in circles': noCycles,
  'links in markdown lead to files': linksResolve,
  'every golden vector is read by a test': vectorsAreUsed,
};
