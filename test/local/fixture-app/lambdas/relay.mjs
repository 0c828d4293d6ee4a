import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';

const client = new EventBridgeClient({});

/** Announces every note on the bus, except those that say how to fail. */
export async function handler({ Records }) {
  const batchItemFailures = [];
  for (const { dynamodb } of Records) {
    const { NewImage } = dynamodb;
    if (NewImage.change.S === 'throw') throw new Error('the whole batch');
    if (NewImage.change.S === 'poison') {
      batchItemFailures.push({ itemIdentifier: dynamodb.SequenceNumber });
      break;
    }
    const detail = {
      note: NewImage.pk.S,
      sk: NewImage.sk.S,
      at: NewImage.at?.S,
      queue: NewImage.change.S === 'queue',
      how: NewImage.how?.S,
      task: NewImage.task?.S,
    };
    const Entries = [
      {
        EventBusName: process.env.BUS_NAME,
        Source: 'fixture',
        DetailType: 'note.written',
        Detail: JSON.stringify(detail),
      },
    ];
    const { FailedEntryCount, Entries: results } = await client.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount > 0) throw new Error(results[0].ErrorMessage);
  }
  return { batchItemFailures };
}
