/** Draws the pictures of docs/SCREENSHOTS.md; no part of the tests. */
import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

const ALL_PAGES_TIMEOUT_MS = 240_000;

export default defineConfig({
  ...tests,
  testMatch: '**/*.pictures.ts',
  timeout: ALL_PAGES_TIMEOUT_MS,
  workers: 1,
});
