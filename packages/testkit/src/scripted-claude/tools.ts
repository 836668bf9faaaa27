/** The agent's tools: which of them ask first, and what they do. */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ToolCall } from './dialogs.ts';
import type { Fields } from './hooks.ts';
import type { Mode } from './options.ts';

export interface ToolResult {
  readonly isError: boolean;
  /** For the model. */
  readonly text: string;
  /** For hooks. */
  readonly response: Fields;
}

/** Commands that read only, and run without a question inside the project. */
const READS_ONLY = /^(ls|cat|echo|pwd|sleep|true|printf)\b/;
const EDITS = ['Write', 'Edit'];
/** No mode answers these for the person. */
const ALWAYS_ASK = ['AskUserQuestion', 'ExitPlanMode'];

export function asksFirst({ tool, input }: ToolCall, mode: Mode): boolean {
  if (ALWAYS_ASK.includes(tool)) return true;
  if (mode === 'auto' || mode === 'bypassPermissions') return false;
  if (EDITS.includes(tool)) return mode !== 'acceptEdits';
  const command = String(input['command']);
  return tool === 'Bash' && !(READS_ONLY.test(command) && !/[/~;&|>$`]/.test(command));
}

export function suggestionsFor({ tool }: ToolCall, directory: string): readonly Fields[] {
  if (ALWAYS_ASK.includes(tool)) return [];
  const setMode = { type: 'setMode', mode: 'acceptEdits', destination: 'session' };
  if (tool !== 'Bash') return [setMode];
  return [{ type: 'addDirectories', directories: [directory], destination: 'session' }, setMode];
}

/** @param signal ends what still runs */
export async function runTool(
  { tool, input }: ToolCall,
  { directory, signal }: { readonly directory: string; readonly signal: AbortSignal },
): Promise<ToolResult> {
  const { file_path: file } = input;
  const path = resolve(directory, typeof file === 'string' ? file : '.');
  try {
    switch (tool) {
      case 'Bash':
        return await runShell(String(input['command']), { directory, signal });
      case 'Read': {
        const content = await readFile(path, 'utf8');
        return done(content, { type: 'text', file: { filePath: path, content } });
      }
      case 'Write':
        await writeFile(path, String(input['content']));
        return done(`File created successfully at: ${path}`, { type: 'create', filePath: path });
      case 'Edit': {
        const before = await readFile(path, 'utf8');
        const change = [String(input['old_string']), String(input['new_string'])] as const;
        await writeFile(path, before.replace(...change));
        return done(`The file ${path} has been updated successfully.`, { filePath: path });
      }
      default:
        return done('Done', input);
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { isError: true, text, response: {} };
  }
}

function done(text: string, response: Fields): ToolResult {
  return { isError: false, text, response };
}

async function runShell(
  command: string,
  { directory, signal }: { readonly directory: string; readonly signal: AbortSignal },
): Promise<ToolResult> {
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // so that what it starts ends with it
  });
  const { pid } = child;
  const end = (): void => {
    if (pid !== undefined && child.exitCode === null) process.kill(-pid, 'SIGKILL');
  };
  signal.addEventListener('abort', end);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  const code = await new Promise<number | null>((settle) => {
    child.once('error', () => settle(127));
    child.once('close', settle);
  });
  signal.removeEventListener('abort', end);
  if (code === 0) {
    const text = stdout === '' ? '(Bash completed with no output)' : stdout;
    return done(text, { stdout, stderr, interrupted: false, isImage: false });
  }
  return { isError: true, text: `Exit code ${code ?? 'none'}\n${stderr}`, response: {} };
}
