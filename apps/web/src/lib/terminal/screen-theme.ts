/** The colours of the terminal itself, dark and light. The page's own colours are in app.css. */
import type { ITheme } from '@xterm/xterm';
import type { Shade } from '../settings/preferences.svelte.ts';

const DARK: ITheme = {
  background: '#0b0d0f',
  foreground: '#d9dce1',
  cursor: '#e58a64',
  cursorAccent: '#0b0d0f',
  selectionBackground: '#3a4653',
  selectionInactiveBackground: '#46566a',
  scrollbarSliderBackground: '#ffffff22',
  scrollbarSliderHoverBackground: '#ffffff3a',
  scrollbarSliderActiveBackground: '#ffffff50',
  black: '#23272d',
  red: '#f0736a',
  green: '#62c08a',
  yellow: '#e2b53f',
  blue: '#6ea8f0',
  magenta: '#c58fe0',
  cyan: '#5fc4cf',
  white: '#c9cdd3',
  brightBlack: '#7d8590',
  brightRed: '#ff9a92',
  brightGreen: '#87d8a8',
  brightYellow: '#f3d06b',
  brightBlue: '#97c2f7',
  brightMagenta: '#dcb2ef',
  brightCyan: '#8bdbe3',
  brightWhite: '#f4f5f7',
};

const LIGHT: ITheme = {
  background: '#fbfaf8',
  foreground: '#26292e',
  cursor: '#b24f2a',
  cursorAccent: '#fbfaf8',
  selectionBackground: '#d5dfec',
  selectionInactiveBackground: '#c3d2e6',
  scrollbarSliderBackground: '#00000020',
  scrollbarSliderHoverBackground: '#00000038',
  scrollbarSliderActiveBackground: '#0000004d',
  black: '#26292e',
  red: '#b3261e',
  green: '#1c7a45',
  yellow: '#8a5a00',
  blue: '#1e62b0',
  magenta: '#8a3fa8',
  cyan: '#0e7480',
  white: '#6c7179',
  brightBlack: '#5d626a',
  brightRed: '#c93a31',
  brightGreen: '#23894f',
  brightYellow: '#9a6a08',
  brightBlue: '#2c72c4',
  brightMagenta: '#9a4fb8',
  brightCyan: '#16828f',
  brightWhite: '#3c4047',
};

export interface ScreenColours {
  readonly theme: ITheme;
  /** Programs choose colours for a dark screen; on a light one they are darkened until readable. */
  readonly minimumContrastRatio: number;
}

export function screenColours(shade: Shade): ScreenColours {
  return shade === 'dark'
    ? { theme: DARK, minimumContrastRatio: 1 }
    : { theme: LIGHT, minimumContrastRatio: 4.5 };
}
