/**
 * The dialogs that stand before a conversation, read from the screen because nothing else tells of
 * them. Words drift with every release, so this is the last resort, and only for them.
 */
import type { SetupDialog } from '@dashboard/protocol/agents';

/** The first that is there; each is a line that people choose from, or the question above it. */
const RULES: readonly (readonly [SetupDialog, RegExp])[] = [
  ['trust', /trust this folder|trust the files in this folder|do you trust/i],
  ['api_key', /custom API key in your environment|use this API key/i],
  ['login', /select login method|paste code here|not logged in|please run \/login/i],
  ['onboarding', /choose the text style|choose the option that looks best/i],
  ['other', /bypass permissions mode[\s\S]*accept|new MCP server|settings? requires? approval/i],
];

/** @param rows the last of a screen, as text */
export function setupDialogOn(rows: readonly string[]): SetupDialog | null {
  const text = rows.join('\n');
  return RULES.find(([, rule]) => rule.test(text))?.[0] ?? null;
}
