/** How this browser wants the page to look. Written by a person in the settings, kept in this browser. */
import { Type, type Static } from 'typebox';
import { Remembered, type Shelf } from '../ui/remembered.svelte.ts';

export const FONT_PX_LEAST = 9;
export const FONT_PX_MOST = 28;
const FONT_PX = 14;

const ThemeChoice = Type.Union([
  Type.Literal('system'),
  Type.Literal('dark'),
  Type.Literal('light'),
]);
export type ThemeChoice = Static<typeof ThemeChoice>;

/** Programs assume a dark screen unless told otherwise, so a terminal stays dark unless asked. */
const ScreenChoice = Type.Union([Type.Literal('dark'), Type.Literal('page')]);
export type ScreenChoice = Static<typeof ScreenChoice>;

export type Shade = 'dark' | 'light';

export class Preferences {
  readonly #theme: Remembered<typeof ThemeChoice>;
  readonly #screen: Remembered<typeof ScreenChoice>;
  readonly #fontPx;
  readonly #isSidebarOpen;
  readonly #hasPageKeys;
  readonly #hasSound;
  readonly #isEnterSending;

  constructor(shelf: Shelf) {
    // app.html reads `dashboard.theme` and `dashboard.screen` before the first paint.
    const options = { shelf, key: 'dashboard.theme', schema: ThemeChoice } as const;
    this.#theme = new Remembered({ ...options, otherwise: 'system' });
    this.#screen = new Remembered({
      shelf,
      key: 'dashboard.screen',
      schema: ScreenChoice,
      otherwise: 'dark',
    });
    this.#fontPx = new Remembered({
      shelf,
      key: 'dashboard.fontPx',
      schema: Type.Integer({ minimum: FONT_PX_LEAST, maximum: FONT_PX_MOST }),
      otherwise: FONT_PX,
    });
    this.#isSidebarOpen = new Remembered({
      shelf,
      key: 'dashboard.sidebar',
      schema: Type.Boolean(),
      otherwise: true,
    });
    this.#hasPageKeys = new Remembered({
      shelf,
      key: 'dashboard.pageKeys',
      schema: Type.Boolean(),
      otherwise: true,
    });
    this.#hasSound = new Remembered({
      shelf,
      key: 'dashboard.sound',
      schema: Type.Boolean(),
      otherwise: false,
    });
    this.#isEnterSending = new Remembered({
      shelf,
      key: 'dashboard.enterSends',
      schema: Type.Boolean(),
      otherwise: true,
    });
  }

  get theme(): ThemeChoice {
    return this.#theme.value;
  }

  set theme(choice: ThemeChoice) {
    this.#theme.value = choice;
  }

  get screen(): ScreenChoice {
    return this.#screen.value;
  }

  set screen(choice: ScreenChoice) {
    this.#screen.value = choice;
  }

  get fontPx(): number {
    return this.#fontPx.value;
  }

  set fontPx(px: number) {
    this.#fontPx.value = Math.min(Math.max(Math.round(px), FONT_PX_LEAST), FONT_PX_MOST);
  }

  get isSidebarOpen(): boolean {
    return this.#isSidebarOpen.value;
  }

  set isSidebarOpen(isOpen: boolean) {
    this.#isSidebarOpen.value = isOpen;
  }

  /** Single keys that act on the page; who dictates or uses other tools may want none. */
  get hasPageKeys(): boolean {
    return this.#hasPageKeys.value;
  }

  set hasPageKeys(isOn: boolean) {
    this.#hasPageKeys.value = isOn;
  }

  /** Of alerts, while a page is open. A sound that nobody asked for is a fright. */
  get hasSound(): boolean {
    return this.#hasSound.value;
  }

  set hasSound(isOn: boolean) {
    this.#hasSound.value = isOn;
  }

  /** Enter queues a prompt; otherwise Ctrl or Cmd and Enter do, and Enter alone begins a line. */
  get isEnterSending(): boolean {
    return this.#isEnterSending.value;
  }

  set isEnterSending(isOn: boolean) {
    this.#isEnterSending.value = isOn;
  }

  /** @param isSystemDark what the operating system prefers */
  pageShade(isSystemDark: boolean): Shade {
    if (this.theme !== 'system') return this.theme;
    return isSystemDark ? 'dark' : 'light';
  }

  screenShade(isSystemDark: boolean): Shade {
    return this.screen === 'dark' ? 'dark' : this.pageShade(isSystemDark);
  }
}
