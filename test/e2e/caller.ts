import { randomUUID } from 'node:crypto';

/** What goes with a request: a body (an object as JSON, a text as it stands) and headers; one that is undefined is left out. */
export interface Asked {
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** What came back: any status is an answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, otherwise the text. */
  readonly body: unknown;
}

/** Somebody who sends requests to the API. */
export interface Caller {
  /** Sends a request, with an Idempotency-Key of its own unless the headers say otherwise. */
  send(route: string, asked?: Asked): Promise<Answer>;
}

/** Who a caller says that they are. */
export interface Credentials {
  /** The token of the Authorization header, asked for at each request; undefined: no such header. */
  readonly token: () => Promise<string | undefined>;
  readonly organisation?: string;
}

/** Opens the API at an address for somebody. A route is written as `POST /v1/programmes`. */
export function openCaller(url: string, { token, organisation }: Credentials): Caller {
  return {
    async send(route, { body, headers = {} } = {}) {
      const [method = '', path = ''] = route.split(' ');
      const bearer = await token();
      const given: Record<string, string | undefined> = {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(organisation === undefined ? {} : { 'cohortium-organisation': organisation }),
        ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      };
      const sent = Object.entries(given).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      );
      const response = await fetch(`${url}${path}`, {
        method,
        headers: sent,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
  };
}
