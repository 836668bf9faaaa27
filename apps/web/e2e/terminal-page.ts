/** The page of one session, as a person uses it. */
import { expect, type Locator, type Page } from '@playwright/test';

export class TerminalPage {
  readonly page: Page;
  readonly rows: Locator;

  constructor(page: Page) {
    this.page = page;
    this.rows = page.locator('.xterm-rows');
  }

  async open(sessionId: string): Promise<this> {
    await this.page.goto(`/sessions/${sessionId}`);
    await this.waitUntilLive();
    return this;
  }

  async waitUntilLive(): Promise<void> {
    await expect(this.page.getByText(/^Connected/)).toBeVisible();
  }

  async type(text: string): Promise<void> {
    await this.page.locator('.xterm-helper-textarea').focus();
    await this.page.keyboard.type(text);
  }

  /** It has been made to fit into so many pixels. */
  async isNarrowerThan(px: number): Promise<void> {
    const width = async () => (await this.rows.boundingBox())?.width ?? px;
    await expect.poll(width).toBeLessThan(px);
  }

  /** By how much the letters of the first row stand apart, to fill their cells. */
  async letterSpacingPx(): Promise<number> {
    const letters = this.rows.locator('span').first();
    return await letters.evaluate((span) =>
      Number.parseFloat(getComputedStyle(span).letterSpacing),
    );
  }

  async shows(text: string): Promise<void> {
    await expect(this.rows).toContainText(text);
  }
}
