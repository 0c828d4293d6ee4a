import { z } from 'zod';
import { nouns } from '../../functions/api/all-routes.ts';
import { apiHandler } from '../../functions/http/api-handler.ts';
import type { Edge } from '../../functions/http/edge.ts';
import { routeKeyOf, type Route } from '../../functions/http/route.ts';
import { refusalCodesOf } from '../../functions/openapi/describe-problems.ts';
import type { Clock } from '../../shared/clock.ts';
import { randomSource } from '../../shared/ids.ts';
import type { Table } from '../../shared/table/table.ts';
import { apiEvent, lambdaContext, type ApiRequest } from './api-event.ts';

export const allRoutes: readonly Route[] = nouns.flatMap(({ routes }) => routes);

/** Answers are read as JSON objects, and files as their names and contents; a test says what it expects in them. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One line of the log, or one measurement. */
export interface Recorded {
  readonly kind: 'info' | 'warn' | 'failed' | 'measure';
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface TestApi {
  /**
   * Sends a request to a route (`GET /v1/places`) through the real chain. Throws when it is refused with a code that the
   * API's description does not know of this route.
   */
  send(route: string, request?: ApiRequest): Promise<ApiAnswer>;
  /** What the chain has left in the log and in the metrics. */
  readonly recorded: Recorded[];
}

/** An edge whose log and metrics are kept in a list. */
export function recordingEdge(table: Table, clock: Clock): Edge & { readonly recorded: Recorded[] } {
  const recorded: Recorded[] = [];
  const log = {
    info: (message: string, facts = {}) => void recorded.push({ kind: 'info', message, facts }),
    warn: (message: string, facts = {}) => void recorded.push({ kind: 'warn', message, facts }),
    failed: (message: string, error: unknown, facts = {}) =>
      void recorded.push({ kind: 'failed', message, facts: { ...facts, error } }),
  };
  const measure = (operation: string, milliseconds: number, status: number) =>
    void recorded.push({ kind: 'measure', message: operation, facts: { milliseconds, status } });
  return { table, epoch: 1, clock, random: randomSource, log, measure, recorded };
}

const bodySchema = z.record(z.string(), z.unknown());

function bodyOf(headers: ApiAnswer['headers'], content: string): ApiAnswer['body'] {
  const [, name] = /^attachment; filename="([^"]+)"$/.exec(headers['content-disposition'] ?? '') ?? [];
  return name === undefined ? bodySchema.parse(JSON.parse(content)) : { name, content };
}

/** The API with doubles at its edges: the clock, and where its log goes. The table is a real one. */
export function testApi(table: Table, clock: Clock, routes: readonly Route[] = allRoutes): TestApi {
  const edge = recordingEdge(table, clock);
  const handler = apiHandler(routes, () => edge);
  return {
    recorded: edge.recorded,
    async send(route, request) {
      const { statusCode, headers, body } = await handler(apiEvent(route, request), lambdaContext());
      const answer = { status: statusCode, headers, body: bodyOf(headers, body) };
      refuseUndocumented(
        routes.find((candidate) => routeKeyOf(candidate) === route),
        answer,
      );
      return answer;
    },
  };
}

function refuseUndocumented(route: Route | undefined, { status, body }: ApiAnswer): void {
  if (route === undefined || status < 400) return;
  if (refusalCodesOf(route).some((code) => code === body['code'])) return;
  throw new Error(`${routeKeyOf(route)} answers ${String(body['code'])}, which its description does not know`);
}
