/** An Api whose server is a function of the test: what was asked, and what is answered. */
import { DashboardError } from '@dashboard/protocol/errors';
import { toProblem } from '@dashboard/protocol/problem';
import { Api } from './api.ts';

export interface Asked {
  /** "GET /api/sessions?x=1" */
  readonly line: string;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Answers with the body given back; a DashboardError becomes its problem. */
export function apiThat(answer: (asked: Asked) => unknown): { api: Api; asked: Asked[] } {
  const asked: Asked[] = [];
  const api = new Api({
    fetch: async (input, init = {}) => {
      if (typeof input !== 'string') throw new Error('the client asks by path');
      const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
      const line = `${init.method ?? 'GET'} ${input}`;
      const one = { line, body, headers: new Headers(init.headers) };
      asked.push(one);
      const reply = await answer(one);
      if (reply instanceof DashboardError) {
        const problem = toProblem(reply);
        return new Response(JSON.stringify(problem), { status: problem.status });
      }
      return reply === undefined
        ? new Response(null, { status: 204 })
        : new Response(JSON.stringify(reply));
    },
  });
  return { api, asked };
}
