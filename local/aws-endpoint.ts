import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type JsonObject, isObject, type Json, textOf, tryParseJson } from './json.ts';
import { type Log, messageOf } from './log.ts';
import { readText } from './request-body.ts';

/** An error that an AWS client understands: its type's name and the HTTP status it comes with. */
export class AwsError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** One action of a JSON protocol, e.g. `AWSEvents.PutEvents`: takes the parsed body and gives the answer. */
export type Action = (input: JsonObject) => Json | Promise<Json>;

/** An answer to a request that is no JSON protocol (Lambda's Invoke). */
interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request by its method and path, or undefined when it is not meant. */
export type RawHandler = (message: IncomingMessage, body: string) => Promise<RawAnswer | undefined>;

function refusal(error: unknown): RawAnswer {
  const known = error instanceof AwsError ? error : new AwsError('InternalFailure', messageOf(error), 500);
  const body = JSON.stringify({ __type: known.type, message: known.message, Message: known.message });
  return {
    status: known.status,
    headers: { 'x-amzn-errortype': known.type, 'x-amzn-query-error': `${known.type};Sender` },
    body,
  };
}

async function answerTo(
  message: IncomingMessage,
  actions: ReadonlyMap<string, Action>,
  raw: RawHandler,
): Promise<RawAnswer> {
  const body = await readText(message);
  const target = message.headers['x-amz-target'];
  if (typeof target !== 'string') {
    const answer = await raw(message, body);
    if (answer !== undefined) return answer;
    throw new AwsError(
      'UnknownOperationException',
      `The local run does not answer ${message.method ?? ''} ${message.url ?? ''}.`,
      404,
    );
  }
  const action = actions.get(target);
  if (action === undefined) throw new AwsError('UnknownOperationException', `The local run does not answer ${target}.`);
  const input = tryParseJson(body === '' ? '{}' : body);
  if (!isObject(input)) throw new AwsError('SerializationException', 'The body is not a JSON object.');
  return { status: 200, headers: {}, body: JSON.stringify(await action(input)) };
}

/** Makes the listener that plays AWS to the Lambdas: EventBridge, SQS (JSON protocols) and Lambda (`raw`). */
export function createAwsEndpoint(actions: ReadonlyMap<string, Action>, raw: RawHandler, log: Log): RequestListener {
  async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await answerTo(message, actions, raw).catch((error: unknown) => {
      log.line('aws', `${textOf(message.headers['x-amz-target'] ?? message.url)}: ${messageOf(error)}`);
      return refusal(error);
    });
    response.writeHead(status, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
      ...headers,
    });
    response.end(body);
  }
  return (message, response) => void respond(message, response);
}
