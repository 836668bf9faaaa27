/** The audit trail as an owner reads it: page after page, filtered, and proven. */
import type { AuditQuery, AuditRecord, AuditVerdict } from '@dashboard/protocol/audit';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import { queryOf, type AuditFilter } from './audit-query.ts';

export class AuditTrail {
  records = $state.raw<readonly AuditRecord[]>();
  next = $state.raw<string | null>(null);
  verdict = $state.raw<AuditVerdict>();
  isLoading = $state(false);
  isVerifying = $state(false);
  failure = $state.raw<Failure>();
  readonly #api: Api;
  #query: AuditQuery = {};

  constructor(api: Api) {
    this.#api = api;
  }

  async look(filter: AuditFilter): Promise<void> {
    this.#query = queryOf(filter);
    await this.#load([], this.#query);
  }

  async more(): Promise<void> {
    if (this.next === null) return;
    await this.#load(this.records ?? [], { ...this.#query, before: this.next });
  }

  async verify(): Promise<void> {
    this.isVerifying = true;
    await this.#tried(async () => {
      this.verdict = await this.#api.call('verifyAudit');
    });
    this.isVerifying = false;
  }

  async #load(before: readonly AuditRecord[], query: AuditQuery): Promise<void> {
    this.isLoading = true;
    await this.#tried(async () => {
      const { records, next } = await this.#api.call('listAudit', { query });
      this.records = [...before, ...records];
      this.next = next;
    });
    this.isLoading = false;
  }

  async #tried(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.failure = undefined;
    } catch (error) {
      this.failure = failureOf(error);
    }
  }
}
