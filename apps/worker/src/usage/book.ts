/**
 * All that has been counted of usage. It is told what transcripts and status lines say, in any order
 * and as often as they say it, and counts each once; what is counted is written down every
 * USAGE_SWEEP_MS, in one write for all sessions, together with how far the transcripts were read.
 */
import type { AgentStatus } from '@dashboard/protocol/agents';
import type { SessionId } from '@dashboard/protocol/ids';
import {
  TOKEN_TYPES,
  type AccountLimit,
  type Tokens,
  type UsageQuery,
  type UsageReport,
} from '@dashboard/protocol/usage';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import {
  countCost,
  countMessage,
  EMPTY_ACCOUNT,
  settle,
  type Account,
  type Counted,
  type Moved,
  type Spent,
} from './account.ts';
import { Burn } from './burn.ts';
import { foldMs, forgetMs, hourOf } from './hours.ts';
import { USAGE_MESSAGES_MAX, USAGE_SWEEP_MS, USAGE_TIDY_MS } from './limits.ts';
import type { CostState, MessageLine, UsageLine } from './lines.ts';
import { Pending } from './pending.ts';
import type { AccountRow, LastFacts, UsageRecords } from './ports.ts';
import { parseQuery, report } from './report.ts';
import { minus, NO_TOKENS, totalOf } from './tokens.ts';
import { transfer } from './transfer.ts';
import { Waits, type Wait } from './waits.ts';

/** Whose usage is told of. */
export interface Conversation {
  readonly id: string;
  readonly session: SessionId;
  readonly project: string;
  /** What is older was used before it was ours. */
  readonly sinceMs: number;
}

export type Facts = Partial<Omit<LastFacts, 'conversation'>>;

/** For metrics and the log. Cost may move from one model to another, and then one of them is less. */
export interface UsageObserver {
  spent(of: {
    readonly model: string;
    readonly project: string;
    readonly tokens: Tokens;
    readonly costUsd: number;
  }): void;
  waited(state: AgentStatus['state'], waitedMs: number): void;
  /** What was counted could not be written down, and is tried again. */
  unwritten(error: unknown): void;
}

export interface UsageBookOptions {
  readonly records: UsageRecords;
  readonly clock: Clock;
  readonly observer: UsageObserver;
}

export class UsageBook implements Part {
  readonly name = 'usage';
  readonly #options: UsageBookOptions;
  readonly #pending: Pending;
  readonly #burn: Burn;
  readonly #waits = new Waits((wait, waitedMs, atMs) => this.#waited(wait, waitedMs, atMs));
  readonly #stops: (() => void)[] = [];

  constructor(options: UsageBookOptions) {
    this.#options = options;
    this.#pending = new Pending(options.records);
    this.#burn = new Burn(options.clock.nowMs());
  }

  async start(): Promise<void> {
    const { clock } = this.#options;
    this.#stops.push(
      clock.every(USAGE_SWEEP_MS, () => this.#attempt(() => this.#pending.write())),
      clock.every(USAGE_TIDY_MS, () => this.#attempt(() => this.#tidy())),
    );
    this.#attempt(() => this.#tidy());
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#attempt(() => this.#pending.write());
    await Promise.resolve();
  }

  /** The disk has taken nothing for long: whoever reads transcripts waits. */
  get isFull(): boolean {
    return this.#pending.isFull;
  }

  /** Bytes of a transcript that have been counted. @throws DashboardError storage_failed */
  offset(path: string): number {
    return this.#pending.offset(path);
  }

  /**
   * Conversations of a session whose transcripts may hold what has not been counted, the newest last.
   * @throws DashboardError storage_failed
   */
  openOf(session: SessionId): readonly string[] {
    return this.#pending.openOf(session);
  }

  /** Its transcripts are read from now on, by the next worker too, until it is closed. */
  open({ id, session }: Pick<Conversation, 'id' | 'session'>): void {
    const row = this.#pending.account(id);
    if (row?.isClosed === false && row.session === session) return;
    const { account } = row ?? { account: EMPTY_ACCOUNT };
    this.#put({ conversation: id, session, account, isClosed: false });
  }

  /** All that is written about it was read; more may follow when somebody resumes it. */
  close(conversation: string): void {
    const row = this.#pending.account(conversation);
    if (row?.isClosed === false) this.#put({ ...row, isClosed: true });
  }

  /** Lines of one transcript, in order. @throws DashboardError storage_failed, having counted none */
  take(
    of: Conversation,
    { path, offset, lines }: { path: string; offset: number; lines: readonly UsageLine[] },
  ): void {
    let latestMs: number | undefined;
    for (const line of lines) {
      if (line.what === 'message') latestMs = Math.max(latestMs ?? 0, line.atMs);
      if (line.what === 'message') this.#takeMessage(of, line);
      else this.#takeCostState(of, line, latestMs);
    }
    this.#pending.putOffset(path, of.id, offset);
  }

  /** The total that its status line shows. @param isFirst since its program was started */
  cost(of: Conversation, told: { totalUsd: number; model: string; isFirst: boolean }): void {
    const atMs = this.#options.clock.nowMs();
    this.#apply(of, { atMs, hourMs: hourOf(atMs) }, (account) => countCost(account, told));
  }

  /** @throws DashboardError storage_failed */
  facts(session: SessionId): LastFacts | undefined {
    return this.#pending.facts(session);
  }

  learn({ id, session }: Pick<Conversation, 'id' | 'session'>, facts: Facts): void {
    const known = this.#pending.facts(session);
    const before = known?.conversation === id ? known : NOTHING_KNOWN;
    this.#pending.putFacts(session, { ...before, ...facts, conversation: id });
  }

  limit(limit: AccountLimit): void {
    this.#pending.putLimit(limit);
  }

  /** What an agent does now; called with every signal. */
  see(of: Pick<Wait, 'session' | 'project'>, status: Pick<AgentStatus, 'state' | 'sinceMs'>): void {
    this.#waits.see(of, status, this.#options.clock.nowMs());
  }

  unwatch(session: SessionId): void {
    this.#waits.drop(session);
  }

  /** @throws DashboardError invalid_request, storage_failed */
  report(query: UsageQuery): UsageReport {
    const { records, clock } = this.#options;
    const nowMs = clock.nowMs();
    const asked = parseQuery(query);
    this.#pending.write();
    const hours = records.hours(asked.fromMs, asked.toMs);
    const open = this.#waits.open.map(({ session, project, sinceMs }) => ({
      ...{ session, project, hourMs: hourOf(nowMs), waits: 1 },
      waitedMs: Math.max(0, nowMs - sinceMs),
    }));
    const isAsked = nowMs >= asked.fromMs && nowMs < asked.toMs;
    const waits = [...records.waits(asked.fromMs, asked.toMs), ...(isAsked ? open : [])];
    return {
      ...report({ hours, waits }, asked, (session) => records.nameOf(session)),
      limits: [...records.limits()],
      burn: this.#burn.rate(nowMs),
      sessionsSinceMs: foldMs(nowMs),
      waiting: this.#waits.open.map(({ session }) => session),
    };
  }

  #takeMessage(of: Conversation, line: MessageLine): void {
    const first = this.#pending.message(line.key);
    // A conversation that was copied holds messages of the first one, which has counted them.
    const isCopy = first !== undefined && first.conversation !== of.id;
    const key = isCopy ? `${of.id} ${line.key}` : line.key;
    const known = isCopy ? this.#pending.message(key) : first;
    const { model, hourMs } = known ?? { model: line.model, hourMs: this.#hourOf(line.atMs) };
    const tokens = known === undefined ? line.tokens : minus(line.tokens, known.tokens);
    if (known !== undefined && isNothing(tokens)) return;
    this.#pending.putMessage({ key, conversation: of.id, hourMs, model, tokens: line.tokens });
    const kind = { isNew: known === undefined, isPast: isCopy || line.atMs < of.sinceMs };
    this.#apply(of, { atMs: line.atMs, hourMs }, (account) =>
      countMessage(account, { model, tokens }, kind),
    );
  }

  #takeCostState(of: Conversation, state: CostState, latestMs: number | undefined): void {
    const isPast = latestMs !== undefined && latestMs < of.sinceMs;
    const atMs = latestMs ?? this.#options.clock.nowMs();
    this.#apply(of, { atMs, hourMs: this.#hourOf(atMs) }, (account) =>
      settle(account, state, isPast),
    );
  }

  #apply(
    of: Conversation,
    when: { readonly atMs: number; readonly hourMs: number },
    count: (account: Account) => Counted,
  ): void {
    const row = this.#pending.account(of.id);
    const account = row?.account ?? EMPTY_ACCOUNT;
    const counted = count(account);
    if (counted.account === account) return;
    const { id: conversation, session } = of;
    this.#put({ conversation, session, account: counted.account, isClosed: false });
    for (const spent of counted.spent) this.#spent(of, when, spent);
    for (const moved of counted.moved) this.#attempt(() => this.#move(of, moved));
  }

  #put(row: Omit<AccountRow, 'countedAtMs'>): void {
    this.#pending.putAccount({ ...row, countedAtMs: this.#options.clock.nowMs() });
  }

  #spent(
    { id, session, project }: Conversation,
    { atMs, hourMs }: { readonly atMs: number; readonly hourMs: number },
    { model, tokens, unlistedTokens, requests, costUsd }: Spent,
  ): void {
    const used = { model, project, tokens, costUsd };
    this.#pending.addHour({ ...used, hourMs, session, conversation: id, unlistedTokens, requests });
    this.#options.observer.spent(used);
    this.#burn.spent(atMs, totalOf(tokens), costUsd);
  }

  #move({ id, project }: Conversation, moved: Moved): void {
    this.#pending.write(); // what was just counted is among the hours
    const rows = transfer(this.#options.records.hoursOf(id), moved);
    for (const row of rows) this.#pending.addHour(row);
    for (const { model, costUsd } of rows) {
      this.#options.observer.spent({ model, project, tokens: NO_TOKENS, costUsd });
    }
  }

  #waited({ session, project, state }: Wait, waitedMs: number, atMs: number): void {
    this.#options.observer.waited(state, waitedMs);
    this.#pending.addWait({ hourMs: hourOf(atMs), session, project, waitedMs, waits: 1 });
  }

  #tidy(): void {
    const nowMs = this.#options.clock.nowMs();
    this.#options.records.tidy({
      foldMs: foldMs(nowMs),
      forgetMs: forgetMs(nowMs),
      messagesMax: USAGE_MESSAGES_MAX,
    });
  }

  /** Nobody waits for it: what failed is tried again with the next. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.observer.unwritten(error);
    }
  }

  /** A clock that was set back writes nothing into the future. */
  #hourOf(atMs: number): number {
    return hourOf(Math.min(atMs, this.#options.clock.nowMs()));
  }
}

const NOTHING_KNOWN = { model: null, contextPercent: null, costUsd: null };

function isNothing(tokens: Tokens): boolean {
  return TOKEN_TYPES.every((type) => tokens[type] === 0);
}
