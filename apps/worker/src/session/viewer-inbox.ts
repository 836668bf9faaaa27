/** What one viewer asks of a session: one handler a frame. Whoever breaks the rules is told which. */
import { DashboardError } from '@dashboard/protocol/errors';
import { INPUT_BYTES_MAX, UNACKED_INPUT_BYTES_MAX } from '@dashboard/protocol/limits';
import { hasRole } from '@dashboard/protocol/roles';
import type { ViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import type { AttachmentPurpose } from '@dashboard/protocol/worker/handshake';
import { Attachment, type AttachmentSink } from './attachment.ts';
import { ATTACHMENTS_MAX, INPUT_ACK_DELAY_MS, INPUT_PENDING_BYTES_MAX } from './limits.ts';
import type { Session } from './session.ts';
import { Throttled } from './throttled.ts';

type Handlers = {
  readonly [T in ViewerFrame['type']]: (frame: Extract<ViewerFrame, { type: T }>) => void;
};

export class ViewerInbox {
  readonly #session: Session;
  readonly #attachment: Attachment;
  readonly #acknowledging: Throttled;
  #ackedInput: number;

  private constructor(session: Session, attachment: Attachment) {
    this.#session = session;
    this.#attachment = attachment;
    this.#ackedInput = session.inputs.accepted(attachment.key);
    this.#acknowledging = new Throttled(session.clock, INPUT_ACK_DELAY_MS, () => this.#ackInput());
  }

  /** @throws DashboardError too_many_viewers */
  static requireRoom(session: Session): void {
    if (session.viewers.count < ATTACHMENTS_MAX) return;
    throw new DashboardError('too_many_viewers', `${ATTACHMENTS_MAX} viewers watch this session`);
  }

  /** Ties a viewer to a session and sends it where things stand. */
  static attach(session: Session, purpose: AttachmentPurpose, sink: AttachmentSink): ViewerInbox {
    const { viewer, by, isViewOnly, size, resume } = purpose;
    const mayType = !isViewOnly && hasRole(by.role, 'operator');
    const attachment = new Attachment({ viewer, by, mayType, sink, host: session });
    const inbox = new ViewerInbox(session, attachment);
    session.viewers.add(attachment, size);
    inbox.#greet(); // before anything else is told to all viewers
    session.viewersChanged();
    attachment.start(placeIn(session, resume));
    if (session.ending !== undefined) attachment.finish(session.ending);
    return inbox;
  }

  /** @throws DashboardError when the viewer may not, or when what it sends makes no sense: hang up */
  receive(frame: ViewerFrame): void {
    if (this.#attachment.isClosed) return; // sent before it read why it is hung up on
    // The table pairs each type with its own frame, which a lookup by union cannot express.
    const handle = this.#handlers[frame.type] as (frame: ViewerFrame) => void;
    handle(frame);
  }

  /** The connection takes frames again. */
  writable(): void {
    this.#attachment.writable();
  }

  /** At once, since a peer that does not hang up itself would stay a viewer. */
  close(reason: 'malformed' | 'revoked'): void {
    this.#attachment.close(reason);
    this.detach();
  }

  /** The connection is gone. */
  detach(): void {
    this.#acknowledging.cancel();
    if (this.#session.viewers.remove(this.#attachment)) this.#sizeMayChange();
  }

  readonly #handlers: Handlers = {
    input: ({ inputOffset, bytes }) => this.#input(inputOffset, bytes),
    ack: ({ offset }) => {
      if (!this.#attachment.ack(offset)) {
        throw new DashboardError('invalid_request', `ack of ${offset}, which was never sent`);
      }
      this.#session.acknowledged();
    },
    resize: ({ size }) => {
      this.#session.viewers.resize(this.#attachment, size);
      this.#session.viewersChanged();
    },
    control: ({ take }) => {
      const { viewers } = this.#session;
      if (!take) viewers.release(this.#attachment);
      else if (!viewers.take(this.#attachment)) this.#refuse('take control');
      this.#sizeMayChange();
    },
  };

  #greet(): void {
    const { by, mayType } = this.#attachment;
    const { epoch, log, record, title, viewers } = this.#session;
    this.#attachment.send({
      type: 'attached',
      epoch,
      offset: log.end,
      size: record.size,
      role: mayType ? by.role : 'observer',
      isController: viewers.isController(this.#attachment),
      inputOffset: this.#ackedInput,
    });
    this.#attachment.send(viewers.sizeFrame(record.size, this.#attachment));
    if (title !== '') this.#attachment.send({ type: 'title', title });
  }

  #input(inputOffset: number, bytes: Uint8Array): void {
    if (!this.#attachment.mayType) this.#refuse('type');
    const unacked = inputOffset + bytes.length - this.#ackedInput;
    if (unacked > UNACKED_INPUT_BYTES_MAX + INPUT_BYTES_MAX) {
      throw new DashboardError('too_large', `${unacked} bytes of input are unacknowledged`);
    }
    const fresh = this.#session.inputs.accept(this.#attachment.key, inputOffset, bytes);
    if (fresh === undefined) {
      throw new DashboardError('invalid_request', `input at ${inputOffset} leaves a gap`);
    }
    this.#session.activity.typed();
    if (this.#session.isRunning && fresh.length > 0) this.#session.pane.write(fresh);
    this.#acknowledging.ask();
  }

  /** Not while the program does not read: the viewer then holds back the rest of its paste. */
  #ackInput(): void {
    const { isRunning, inputs } = this.#session;
    if (isRunning && this.#session.pane.pendingInputBytes > INPUT_PENDING_BYTES_MAX) {
      this.#acknowledging.ask();
      return;
    }
    this.#ackedInput = inputs.accepted(this.#attachment.key);
    this.#attachment.send({ type: 'inputAck', inputOffset: this.#ackedInput });
  }

  #sizeMayChange(): void {
    this.#session.viewers.sendSize(this.#session.record.size);
    this.#session.viewersChanged();
  }

  #refuse(what: string): never {
    throw new DashboardError('forbidden', `${this.#attachment.by.role} may not ${what} here`);
  }
}

/** The offset up to which a returning viewer has everything; undefined when it must be redrawn. */
function placeIn(session: Session, resume: AttachmentPurpose['resume']): number | undefined {
  if (resume?.epoch !== session.epoch) return undefined;
  const { begin, end } = session.log;
  return resume.offset >= begin && resume.offset <= end ? resume.offset : undefined;
}
