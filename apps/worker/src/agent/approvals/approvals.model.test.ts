/** Whatever happens to a question, in whatever order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { APPROVAL_HOLD_MS } from '../limits.ts';
import { ANN, BEN, Scene, settle } from './approvals.fixture.ts';

test('in whatever order things happen, a hook prints a decision only if a person made it', async () => {
  const step = fc.constantFrom<(scene: Scene) => void>(
    (scene) => scene.registry('waiting'),
    (scene) => scene.registry('busy'),
    (scene) => scene.registry('idle'),
    (scene) => scene.hook('PostToolUse'),
    (scene) => scene.hook('Stop', {}),
    (scene) => scene.hook('UserPromptSubmit', {}),
    (scene) => scene.clock.advance(1_000),
    (scene) => scene.clock.advance(APPROVAL_HOLD_MS),
    (scene) => attempt(() => scene.answer({ verdict: 'allow' }, ANN)),
    (scene) => attempt(() => scene.answer({ verdict: 'deny' }, BEN)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, hangsUp) => {
      const scene = new Scene();
      const hook = scene.ask();
      for (const take of steps) take(scene);
      if (hangsUp) hook.end();
      scene.clock.advance(APPROVAL_HOLD_MS);
      await settle();
      const [first, ...more] = scene.audit;
      expect(more).toEqual([]);
      expect(hook.printed === null).toBe(first === undefined);
      // Told once that it began, at most once that it was answered, once that it is over.
      expect(scene.outcomes).toHaveLength(1);
      expect(scene.events).toHaveLength(first === undefined ? 2 : 3);
      expect([scene.approvals.all(), scene.clock.pending]).toEqual([[], 0]);
    }),
  );
});

function attempt(task: () => void): void {
  try {
    task();
  } catch {
    // It is over, or somebody was first.
  }
}
