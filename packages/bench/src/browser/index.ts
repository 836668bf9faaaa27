/** What the row `browser` needs of a browser. */
export { launchBrowser, Tab } from './tab.ts';
