import type { MovableClock } from './clock.ts';
import type { JsonObject } from './json.ts';
import type { Log } from './log.ts';
import type { Person } from './sample/people.ts';
import type { Lag } from './stream-lane.ts';

/** How a local run is to be. Only the synthesised app is needed. */
export interface LocalRunOptions {
  /** Folder of a synthesised app, e.g. `cdk.out`. */
  readonly assembly: string;
  /** Folder for what is kept between runs; without one (or with inMemory) nothing is kept. */
  readonly folder?: string;
  /** Keeps the table in memory, and nothing between runs. */
  readonly inMemory?: boolean;
  /** Port of the API; the issuer and the AWS endpoint take the next two. 0 (the default) = any free ones. */
  readonly port?: number;
  /** Another DynamoDB-compatible endpoint instead of DynamoDB Local; by default DYNAMODB_ENDPOINT, if set. */
  readonly databaseEndpoint?: string | undefined;
  readonly log?: Log;
  readonly clock?: MovableClock;
  /** How late the stream's lanes are; 20 ms of jitter by default. */
  readonly lag?: Partial<Lag>;
  /** Whether schedules strike (default) or only `invoke` starts what they would. */
  readonly schedules?: boolean;
  readonly people?: readonly Person[];
  /** Hears every event that the bus accepted, as its rules do. */
  readonly onEvent?: (event: JsonObject) => void;
}
