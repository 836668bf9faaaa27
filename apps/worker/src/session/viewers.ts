/** The attachments of one session: who is there, whose window decides, how far the quickest is. */
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import type { Attachment } from './attachment.ts';
import { HOLDS_UP_MS } from './limits.ts';
import { SizePolicy } from './size-policy.ts';

export class Viewers {
  /** By their keys. */
  readonly #attachments = new Map<string, Attachment>();
  readonly #policy = new SizePolicy();

  get count(): number {
    return this.#attachments.size;
  }

  /** What the pane should be, or undefined when nobody says. */
  get wantedSize(): TerminalSize | undefined {
    return this.#policy.wanted;
  }

  /** A viewer that returns before its old connection was missed takes the place of it. */
  add(attachment: Attachment, size: TerminalSize | undefined): void {
    const { key, mayType } = attachment;
    this.#attachments.get(key)?.close('replaced');
    this.#attachments.set(key, attachment);
    this.#policy.arrive(key, mayType, size);
  }

  /** @returns false when another connection of the same viewer has taken its place */
  remove(attachment: Attachment): boolean {
    attachment.dispose();
    if (this.#attachments.get(attachment.key) !== attachment) return false;
    this.#attachments.delete(attachment.key);
    this.#policy.leave(attachment.key);
    return true;
  }

  isController({ key }: Attachment): boolean {
    return this.#policy.controller === key;
  }

  resize({ key }: Attachment, size: TerminalSize): void {
    this.#policy.resize(key, size);
  }

  take({ key }: Attachment): boolean {
    return this.#policy.take(key);
  }

  release({ key }: Attachment): void {
    this.#policy.release(key);
  }

  pump(): void {
    for (const attachment of this.#attachments.values()) attachment.pump();
  }

  send(frame: WorkerFrame): void {
    for (const attachment of this.#attachments.values()) attachment.send(frame);
  }

  finish(ending: WorkerFrame): void {
    for (const attachment of this.#attachments.values()) attachment.finish(ending);
  }

  closeAll(reason: 'removed' | 'resumed' | 'worker_gone'): void {
    for (const attachment of [...this.#attachments.values()]) attachment.close(reason);
  }

  sendSize(size: TerminalSize): void {
    for (const attachment of this.#attachments.values()) {
      attachment.send(this.sizeFrame(size, attachment));
    }
  }

  sizeFrame(size: TerminalSize, { key }: Attachment): WorkerFrame {
    const { controller } = this.#policy;
    const by = controller === undefined ? undefined : this.#attachments.get(controller)?.by;
    const isController = controller === key;
    return { type: 'size', size, isController, controller: by?.name ?? '' };
  }

  /** Output before `end` that even the quickest may not be sent yet; 0 when nobody is to be waited for. */
  waitingBytes(end: number): number {
    let least = Infinity;
    for (const attachment of this.#attachments.values()) {
      if (attachment.owesAckMs > HOLDS_UP_MS) continue;
      least = Math.min(least, attachment.waitingBytes(end));
    }
    return least === Infinity ? 0 : least;
  }
}
