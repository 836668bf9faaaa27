/**
 * The projects on this machine, as far as people may reach them.
 *
 *   ProjectRoots   which directories are allowed, proven on the open directory
 *   listDirectory  what the picker shows
 *   Uploads        files that people give to agents, beside the projects
 *
 * Knows nothing of sessions, sockets or agents.
 */
export { listDirectory } from './directories.ts';
export { ProjectRoots, type OpenDirectory } from './roots.ts';
export { Uploads, type Upload } from './uploads.ts';
