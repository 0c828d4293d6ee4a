import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

/** Writes a note when it is posted one, and otherwise answers with the event it was given. */
export async function handler(event) {
  if (event.routeKey !== 'POST /notes') {
    if (event.rawQueryString === 'raw') return { plain: 'answer' };
    return {
      statusCode: 200,
      headers: { 'Content-Type': 'application/json', 'X-Environment': Object.keys(process.env).toSorted().join(' ') },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: JSON.stringify(event),
    };
  }
  const note = JSON.parse(event.isBase64Encoded ? Buffer.from(event.body, 'base64').toString() : event.body);
  const values = Object.entries({ sk: 'NOTE', ...note }).map(([name, value]) => [name, { S: String(value) }]);
  await client.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: Object.fromEntries(values) }));
  return { statusCode: 201, body: JSON.stringify({ written: note.pk }) };
}
