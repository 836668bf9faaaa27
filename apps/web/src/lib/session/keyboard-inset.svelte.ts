/**
 * How much of the page the soft keyboard covers. The page's layout stays as it is, so that the pane
 * is not resized; what stands at its foot is moved up by this instead.
 */
export class KeyboardInset {
  px = $state(0);

  /** @returns a function that stops it */
  follow(window: Window): () => void {
    const viewport = window.visualViewport;
    if (viewport === null) return () => undefined;
    const update = () => {
      // Zooming in shrinks the visible part too, and moves nothing.
      const covered = window.innerHeight - viewport.height - viewport.offsetTop;
      this.px = viewport.scale > 1.01 ? 0 : Math.max(0, Math.round(covered));
    };
    viewport.addEventListener('resize', update);
    viewport.addEventListener('scroll', update);
    return () => {
      viewport.removeEventListener('resize', update);
      viewport.removeEventListener('scroll', update);
    };
  }
}
