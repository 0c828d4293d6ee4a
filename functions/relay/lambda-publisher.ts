import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { systemClock } from '../../shared/clock.ts';
import { requireEnvironment } from '../../shared/environment.ts';
import { openFeeds } from '../../shared/events/feeds.ts';
import type { Publisher } from '../../shared/events/publish-change.ts';
import { openTable } from '../../shared/table/table.ts';
import { eventBus } from './event-bus.ts';

/** What publishing reaches from a Lambda; made once in each, so that the ends of feeds stay remembered. */
export function lambdaPublisher(): Publisher {
  const table = openTable(new DynamoDBClient({}), requireEnvironment('TABLE_NAME'));
  const bus = eventBus(new EventBridgeClient({}), requireEnvironment('BUS_NAME'));
  return { table, bus, feeds: openFeeds(table), clock: systemClock };
}
