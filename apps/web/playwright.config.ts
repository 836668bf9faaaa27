/** The page in a real browser, over a real gateway, worker and tmux. One dashboard for each file. */
import { defineConfig, devices } from '@playwright/test';

const TEST_TIMEOUT_MS = 60_000;
const EXPECT_TIMEOUT_MS = 10_000;
/** So that a press on what never comes names itself, and not the test that it held up. */
const ACTION_TIMEOUT_MS = 20_000;

export default defineConfig({
  testDir: 'e2e',
  timeout: TEST_TIMEOUT_MS,
  expect: { timeout: EXPECT_TIMEOUT_MS },
  forbidOnly: process.env['CI'] !== undefined,
  // Each with a dashboard of its own. A test waits more than it computes: 190 s instead of 320 on two cores.
  workers: 2,
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    actionTimeout: ACTION_TIMEOUT_MS,
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox', // the tests may run as root, in a container
        '--disable-gpu',
        // The terminal then draws rows of text instead of pixels, which a test can read.
        '--disable-3d-apis',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
