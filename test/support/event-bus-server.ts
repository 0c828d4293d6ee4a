import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { AwsError, createAwsEndpoint, type Action } from '../../local/aws-endpoint.ts';
import { createBus } from '../../local/bus.ts';
import { createClock } from '../../local/clock.ts';
import { isObject, type JsonObject } from '../../local/json.ts';
import { createMemoryLog } from '../../local/log.ts';

/** What goes wrong with one request: none of it is answered, or these of its entries are not taken. */
type BusFault = 'fails' | 'takes it but does not say so' | readonly number[];

/** EventBridge on HTTP, as the real client speaks to it, with its limits on a request; it can be told to fail. */
export interface EventBusServer {
  readonly endpoint: string;
  /** What was taken, in order, as rules would see it. */
  readonly taken: readonly JsonObject[];
  /** How many entries each request had, also those that failed. */
  readonly requests: readonly number[];
  /** The next requests fail so, one after the other. */
  failNext(...faults: readonly BusFault[]): void;
  stop(): Promise<void>;
}

const requestSchema = z.looseObject({ Entries: z.array(z.custom<JsonObject>()) });
const resultsSchema = z.object({ Entries: z.array(z.custom<JsonObject>()) });
const notTaken = { ErrorCode: 'ThrottlingException', ErrorMessage: 'Too many events' };

/** Starts an event bus of this name. */
export async function startEventBus(name: string): Promise<EventBusServer> {
  const taken: JsonObject[] = [];
  const requests: number[] = [];
  let faults: BusFault[] = [];
  const bus = createBus({
    rules: [],
    buses: new Set([name]),
    clock: createClock(),
    onEvent: (event) => void taken.push(event),
  });

  const putEvents: Action = async (input) => {
    const { Entries: entries } = requestSchema.parse(input);
    requests.push(entries.length);
    const fault = faults.shift();
    if (fault === 'fails') throw new AwsError('InternalFailure', 'Injected: the bus fails', 500);
    if (fault === undefined || typeof fault === 'string') {
      const answer = await bus.putEvents(input);
      if (fault !== undefined) throw new AwsError('InternalFailure', 'Injected: the answer was lost', 500);
      return answer;
    }
    const passed = entries.filter((_, index) => !fault.includes(index));
    const answer = passed.length === 0 ? { Entries: [] } : await bus.putEvents({ Entries: passed });
    const results = [...resultsSchema.parse(answer).Entries];
    const merged = entries.map((_, index) => (fault.includes(index) ? notTaken : (results.shift() ?? notTaken)));
    return { FailedEntryCount: fault.length, Entries: merged };
  };

  const actions = new Map([['AWSEvents.PutEvents', putEvents]]);
  const server = createServer(createAwsEndpoint(actions, () => Promise.resolve(undefined), createMemoryLog()));
  const { port } = await new Promise<AddressInfo>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address);
    });
  });
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    taken,
    requests,
    failNext: (...given) => {
      faults = [...given];
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The events that were taken, as the publisher gave them. */
export function detailsOf(events: readonly JsonObject[]): readonly JsonObject[] {
  return events.flatMap(({ detail }) => (isObject(detail) ? [detail] : []));
}
