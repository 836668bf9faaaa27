/**
 * Plays Claude Code for tests that must be quick or run where it is not installed. Takes the same
 * arguments; a prompt like "BASH: ls" says what it does. Found as `claude` by what starts it.
 */
import { playClaude } from '../src/scripted-claude/index.ts';

await playClaude(process.argv.slice(2));
