/**
 * The directories that sessions may start in and people may look into. A path counts as inside when
 * the directory that was really opened is, wherever links led: comparing the text of a path takes
 * /projects-evil for a part of /projects, and a check before the opening can be outrun by a rename.
 * Linux only: what an open file really is, only /proc/self/fd tells.
 */
import { constants } from 'node:fs';
import { access, lstat, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, normalize } from 'node:path';
import { DashboardError, type ErrorCode } from '@dashboard/protocol/errors';
import { ConfigurationError } from '@dashboard/runtime/config';
import { outOfDescriptors } from '@dashboard/runtime/descriptors';
import { PATH_ECHO_CHARS_MAX } from '../limits.ts';

/** A directory inside the roots, held open: a rename of its path changes nothing about it. */
export interface OpenDirectory {
  /** Where it was when it was opened; absolute, no links in it. */
  readonly path: string;
  /** Leads to this very directory, as long as it is open. */
  readonly descriptorPath: string;
}

/** Failures of open(2) that the path is to blame for. Others are the machine's (EMFILE, EIO). */
const PATH_FAILURES = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG']);

export class ProjectRoots {
  /** Absolute, without links, each once, in the order of the configuration. */
  readonly paths: readonly string[];

  private constructor(paths: readonly string[]) {
    this.paths = paths;
  }

  /**
   * @param paths absolute
   * @throws ConfigurationError naming each root that is no directory the worker may read
   */
  static async find(paths: readonly string[]): Promise<ProjectRoots> {
    const problems: string[] = [];
    const found = new Set<string>();
    for (const path of paths) {
      const root = await findRoot(path);
      if (root instanceof Error) problems.push(`ALLOWED_PROJECT_ROOTS: ${root.message}`);
      else found.add(root);
    }
    if (paths.length === 0) problems.push('ALLOWED_PROJECT_ROOTS names no directory');
    if (problems.length > 0) throw new ConfigurationError(problems);
    return new ProjectRoots([...found]);
  }

  /** Whether a path without links is a root or below one. */
  contains(path: string): boolean {
    return this.paths.some(
      (root) => path === root || path.startsWith(root === '/' ? root : `${root}/`),
    );
  }

  /** @returns the directory above, or null when that is outside */
  parentOf(path: string): string | null {
    const parent = dirname(path);
    return parent !== path && this.contains(parent) ? parent : null;
  }

  /**
   * @returns the directory's path without links
   * @throws DashboardError directory_outside_roots, whether it exists or not; directory_not_found
   */
  async enter(path: string): Promise<string> {
    return this.visit(path, (directory) => Promise.resolve(directory.path));
  }

  /**
   * Holds the directory open while `use` runs. `..` is taken out of the path beforehand, as people
   * mean it; the kernel would follow a link first and then go up from where it led.
   * @throws DashboardError as enter() does, and what `use` throws
   */
  async visit<T>(path: string, use: (directory: OpenDirectory) => Promise<T>): Promise<T> {
    if (!isAbsolute(path) || path.includes('\0')) throw outside(path);
    const handle = await this.#open(normalize(path));
    try {
      return await use(await this.#prove(handle, path));
    } finally {
      await handle.close();
    }
  }

  async #open(path: string): Promise<FileHandle> {
    try {
      // O_DIRECTORY: a FIFO fails instead of waiting for a writer, a device is not touched.
      return await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
    } catch (error) {
      const code = codeOf(error);
      const overloaded = outOfDescriptors(error);
      if (overloaded !== undefined) throw overloaded;
      if (!PATH_FAILURES.has(code)) throw failed('internal', `open failed: ${code}`, error);
      if (await this.#isCertainlyInside(path)) throw notFound(path, error);
      throw outside(path);
    }
  }

  async #prove(handle: FileHandle, asked: string): Promise<OpenDirectory> {
    const descriptorPath = `/proc/self/fd/${handle.fd}`;
    const path = await readlink(descriptorPath);
    if (!this.contains(path)) throw outside(asked);
    try {
      // One that was removed reads "/path (deleted)", one whose name is not UTF-8 reads as another.
      const [opened, named] = [await handle.stat(), await stat(path)];
      if (opened.dev !== named.dev || opened.ino !== named.ino) throw notFound(asked);
      await access(descriptorPath, constants.X_OK);
    } catch (error) {
      throw error instanceof DashboardError ? error : notFound(asked, error);
    }
    return { path, descriptorPath };
  }

  /**
   * For a path that did not open. A link that leads nowhere counts as outside: otherwise the answer
   * would tell whether its target, which may be anywhere, exists.
   */
  async #isCertainlyInside(path: string): Promise<boolean> {
    for (let at = path; ; at = dirname(at)) {
      try {
        await lstat(at);
      } catch {
        if (at !== '/') continue;
      }
      const real = await realpath(at).catch(() => undefined);
      return real !== undefined && this.contains(real);
    }
  }
}

async function findRoot(path: string): Promise<string | Error> {
  if (!isAbsolute(path)) return new Error(`${path} is not absolute`);
  try {
    const root = await realpath(path);
    if (!(await stat(root)).isDirectory()) return new Error(`${path} is no directory`);
    await access(root, constants.R_OK | constants.X_OK);
    return root;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return new Error(`${path} does not exist`);
    return new Error(`${path} cannot be entered by the worker (${code})`);
  }
}

function outside(path: string): DashboardError {
  return new DashboardError(
    'directory_outside_roots',
    `${echo(path)} is outside the directories that this worker may use`,
  );
}

function notFound(path: string, cause?: unknown): DashboardError {
  return failed('directory_not_found', `${echo(path)} is no directory that can be entered`, cause);
}

function failed(code: ErrorCode, message: string, cause: unknown): DashboardError {
  return new DashboardError(code, message, { cause });
}

function echo(path: string): string {
  return JSON.stringify(path.slice(0, PATH_ECHO_CHARS_MAX));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
