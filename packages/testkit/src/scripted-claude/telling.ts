/** What the agent tells of itself: to every hook, to what its children inherit, to the status line. */
import { accountLimits } from './account.ts';
import type { Fields } from './hooks.ts';
import { VERSION } from './options.ts';
import type { World } from './world.ts';

const CONTEXT_TOKENS = 200_000;

export function commonFields(world: World): Fields {
  return {
    session_id: world.sessionId,
    transcript_path: world.transcript.path,
    cwd: world.directory,
    permission_mode: world.mode,
    ...(world.promptId === '' ? {} : { prompt_id: world.promptId }),
  };
}

/** @param own of the agent itself */
export function childEnvironment(world: World, own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...own,
    CLAUDECODE: '1',
    CLAUDE_CODE_CHILD_SESSION: '1',
    CLAUDE_CODE_ENTRYPOINT: 'cli',
    CLAUDE_CODE_SESSION_ID: world.sessionId,
    CLAUDE_PID: String(process.pid),
    CLAUDE_PROJECT_DIR: world.directory,
  };
}

export function statusLineState(world: World, name: string | undefined): Fields {
  const { meter, model, directory, sessionId, transcript, clock } = world;
  const { last } = meter;
  const input =
    last === undefined ? 0 : last.inputTokens + last.cacheCreationTokens + last.cacheReadTokens;
  const percentage = Math.round((input / CONTEXT_TOKENS) * 100);
  return {
    session_id: sessionId,
    ...(name === undefined ? {} : { session_name: name }),
    transcript_path: transcript.path,
    cwd: directory,
    model: { id: model, display_name: model },
    workspace: { current_dir: directory, project_dir: directory, added_dirs: [] },
    version: VERSION.split(' ')[0],
    cost: {
      total_cost_usd: meter.dollars,
      total_duration_ms: Math.round(clock.monotonicMs()),
      total_api_duration_ms: 0,
      total_lines_added: 0,
      total_lines_removed: 0,
    },
    context_window: {
      total_input_tokens: input,
      total_output_tokens: last?.outputTokens ?? 0,
      context_window_size: CONTEXT_TOKENS,
      current_usage:
        last === undefined
          ? null
          : {
              input_tokens: last.inputTokens,
              output_tokens: last.outputTokens,
              cache_creation_input_tokens: last.cacheCreationTokens,
              cache_read_input_tokens: last.cacheReadTokens,
            },
      used_percentage: percentage,
      remaining_percentage: 100 - percentage,
    },
    exceeds_200k_tokens: false,
    ...accountLimits(world.configDirectory),
  };
}
