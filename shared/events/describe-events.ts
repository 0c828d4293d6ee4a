import * as z from 'zod';
import type { EventDefinition } from './define-event.ts';
import { envelopeSchema } from './envelope.ts';

/** The JSON schema of an event as subscribers receive it: the envelope with this event's data in it. */
export function payloadSchema(event: EventDefinition): Record<string, unknown> {
  const payload = envelopeSchema.extend({
    type: z.literal(event.type),
    version: z.literal(event.version),
    data: event.data,
  });
  const { $schema: _dialect, ...schema } = z.toJSONSchema(payload, { io: 'output' });
  return schema;
}

/** An event as an example shows it: valid against `payloadSchema`. */
export function exampleOf(event: EventDefinition): Record<string, unknown> {
  const aggregate = Object.values(event.example).find((value) => typeof value === 'string' && value.includes('_'));
  const id = typeof aggregate === 'string' ? aggregate : 'coh_0123456789ab';
  return {
    id: `${id}.1.12.${event.type}`,
    type: event.type,
    version: event.version,
    at: '2027-01-04T09:00:00.000Z',
    aggregate: id,
    aggregateVersion: 12,
    audience: ['org_abcdefg'],
    data: event.example,
  };
}

/** The AsyncAPI 3.0 description of everything that is announced. */
export function describeAsAsyncApi(catalogue: readonly EventDefinition[]): Record<string, unknown> {
  const messages = Object.fromEntries(
    catalogue.map((event) => [
      event.type,
      {
        name: event.type,
        summary: event.summary,
        payload: payloadSchema(event),
        examples: [{ payload: exampleOf(event) }],
      },
    ]),
  );
  const references = Object.fromEntries(catalogue.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Cohortium events',
      version: '1',
      description: 'Events are thin: ids, states and dates, never a person. They come at least once; go by their id.',
    },
    channels: {
      bus: {
        address: 'cohortium',
        description: 'The EventBridge bus; source `cohortium`, detail type the event.',
        messages: references,
      },
    },
    operations: { announce: { action: 'send', channel: { $ref: '#/channels/bus' } } },
    components: { messages },
  };
}

function shownTo({ readBy }: EventDefinition): string {
  return readBy === undefined ? '' : ` A feed shows it to those who may \`${readBy}\`.`;
}

/** docs/events.md: the catalogue for people. */
export function describeAsMarkdown(catalogue: readonly EventDefinition[]): string {
  const sections = [...catalogue]
    .sort((one, other) => one.type.localeCompare(other.type))
    .map(
      (event) =>
        `## ${event.type}\n\n${event.summary}${shownTo(event)} Schema version ${String(event.version)}.\n\n\`\`\`json\n${JSON.stringify(exampleOf(event), null, 2)}\n\`\`\`\n`,
    );
  return `# Events

What Cohortium announces, made from the catalogue (\`shared/events/catalogue.ts\`) by \`npm run docs\`. The same events are in the
feeds (\`GET /v1/events\`, without \`audience\`) and on the event bus (source \`cohortium\`, detail type the event's type).
The schemas are in [asyncapi.json](asyncapi.json).

- Every change is announced at least once. Go by \`id\`: it is the same at each retry. \`aggregateVersion\` tells which of two
  events about one aggregate is the later one: a page of \`GET /v1/events\` has your organisation's own first, and then what
  all may see.
- Events hold ids, states, amounts and dates: never a person's name or contact, nor another organisation's place in a queue.
- A feed shows only what its reader may also read through the API. Entries are kept for ninety days.
- \`*.restated\` and \`*-restated\` events tell the present state where earlier events were lost.

${sections.join('\n')}`;
}
