/** Branches of a git repository, and a working tree of its own for a session. */
import { Type, type Static } from 'typebox';
import { BRANCH_CHARS_MAX, BRANCHES_LISTED_MAX } from './limits.ts';

/**
 * What git-check-ref-format(1) takes for the name of a branch, and nothing that git would read as an
 * option (a leading dash), as a revision of another kind (`@`, `@{…}`, `HEAD`), or that turns the
 * direction of the text around it.
 */
export const BranchName = Type.String({
  minLength: 1,
  maxLength: BRANCH_CHARS_MAX,
  pattern:
    '^(?!-|/|@$|HEAD$)(?!.*(?:\\.\\.|//|@\\{|/\\.|\\.lock(?:/|$)))(?!\\.)' +
    '[^\\u0000-\\u0020\\u007f-\\u00a0~^:?*\\[\\\\\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]*(?<![/.])$',
});
export type BranchName = Static<typeof BranchName>;

/** A new branch, checked out beside the repository's own working tree. */
export const NewWorktree = Type.Object(
  {
    branch: BranchName,
    /** A local branch or one of a remote (`origin/main`); otherwise what is checked out there. */
    base: Type.Optional(BranchName),
  },
  { additionalProperties: false },
);
export type NewWorktree = Readonly<Static<typeof NewWorktree>>;

/** What of a directory's repository a new branch can begin at. */
export const Repository = Type.Object(
  {
    /** False: no repository that the worker may work in; everything else is empty. */
    isRepository: Type.Boolean(),
    /** Checked out in the directory; null when no branch is. */
    current: Type.Union([BranchName, Type.Null()]),
    /** Last committed to first. */
    branches: Type.Array(BranchName, { maxItems: BRANCHES_LISTED_MAX }),
  },
  { additionalProperties: false },
);
export type Repository = Readonly<Static<typeof Repository>>;
