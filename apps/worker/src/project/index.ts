/**
 * The projects on this machine, as far as people may reach them.
 *
 *   ProjectRoots   which directories are allowed, proven on the open directory
 *   listDirectory  what the picker shows
 *   Git            git, with all switched off that a repository could make it run
 *   Worktrees      a branch and a working tree of its own for a session
 *   Uploads        files that people give to agents, beside the projects
 *
 * Knows nothing of sessions, sockets or agents.
 */
export { Git } from './git.ts';
export { listDirectory } from './directories.ts';
export { ProjectRoots, type OpenDirectory } from './roots.ts';
export { Uploads, type Upload } from './uploads.ts';
export { Worktrees } from './worktrees.ts';
