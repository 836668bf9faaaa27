/** Draws with WebGL where that works, otherwise with elements, which is slower and always works. */
import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

/**
 * @param changed called when the renderer is another one, whose cells may differ by a fraction
 * @returns a function that gives the graphics context back
 */
export function drawFast(xterm: Terminal, changed: () => void): () => void {
  let addon: WebglAddon | undefined;
  const giveUp = () => {
    addon?.dispose();
    addon = undefined;
    changed();
  };
  try {
    addon = new WebglAddon();
    addon.onContextLoss(giveUp);
    xterm.loadAddon(addon);
    changed();
  } catch {
    giveUp();
  }
  return () => {
    loseContexts(xterm.element);
    addon?.dispose();
    addon = undefined;
  };
}

/** Disposing leaves the context alive until garbage is collected, and a page may have about sixteen. */
function loseContexts(element: HTMLElement | undefined): void {
  for (const canvas of element?.querySelectorAll('canvas') ?? []) {
    canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
  }
}
