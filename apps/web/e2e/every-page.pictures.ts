/** Writes every page in both themes, for a desk and for a phone, into docs/images/pages, and the document that shows them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startBusyFleet } from './busy-fleet.ts';
import { expect, test } from './dashboard.ts';
import { EVERY_PAGE } from './every-page.ts';

const DOCS = join(import.meta.dirname, '../../../docs');
const PICTURES = join(DOCS, 'images/pages');
const PICTURE_BYTES_MAX = 150_000;
const QUALITY = 0.88;
const SCREENS = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
const THEMES = ['light', 'dark'] as const;

test.use({ hasClaude: true });

test('pictures of every page', async ({ dashboard, browser }) => {
  const fleet = await startBusyFleet(dashboard.stack);
  const page = await dashboard.as('owner');
  const canvas = await browser.newPage();
  rmSync(PICTURES, { recursive: true, force: true });
  mkdirSync(PICTURES, { recursive: true });
  for (const place of EVERY_PAGE) {
    for (const [screen, size] of Object.entries(SCREENS)) {
      await page.setViewportSize(size);
      await place.open(page, fleet);
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
        const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
        const webp = await asWebp(canvas, png);
        expect(webp.length, place.name).toBeLessThan(PICTURE_BYTES_MAX);
        writeFileSync(join(PICTURES, fileName(place.name, colorScheme, screen)), webp);
      }
    }
  }
  await canvas.close();
  writeFileSync(join(DOCS, 'SCREENSHOTS.md'), album());
});

function fileName(place: string, theme: string, screen: string): string {
  return `${place}-${theme}-${screen}.webp`;
}

/** The browser at hand encodes it: no other program is needed. */
async function asWebp(page: Page, png: Buffer): Promise<Buffer> {
  const encode = async ([source, quality]: [string, number]) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', quality);
  };
  const source = `data:image/png;base64,${png.toString('base64')}`;
  const url = await page.evaluate(encode, [source, QUALITY] satisfies [string, number]);
  return Buffer.from(url.split(',')[1] ?? '', 'base64');
}

function album(): string {
  const parts = EVERY_PAGE.map(({ name, what }) => {
    const rows = Object.keys(SCREENS).map((screen) => {
      const width = screen === 'phone' ? '200' : '420';
      const images = THEMES.map((theme) => {
        const source = `images/pages/${fileName(name, theme, screen)}`;
        return `<img src="${source}" width="${width}" alt="${what}, ${theme}, ${screen}" />`;
      });
      return images.join('\n');
    });
    return `## ${what}\n\n${rows.join('\n\n')}\n`;
  });
  const head =
    '# Every page\n\nAt a desk (1440 × 900) and on a phone (390 × 844), light and dark. Drawn from a running\n' +
    'dashboard with `pnpm --filter @dashboard/web screenshots`, which writes this document too.\n';
  return [head, ...parts].join('\n');
}
