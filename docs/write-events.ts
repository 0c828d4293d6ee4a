import { writeFileSync } from 'node:fs';
import { catalogue } from '../shared/events/catalogue.ts';
import { describeAsAsyncApi, describeAsMarkdown } from '../shared/events/describe-events.ts';

/** `npm run docs`: writes what is made from the catalogue of events. A test holds the files against it. */
writeFileSync(new URL('events.md', import.meta.url), describeAsMarkdown(catalogue));
writeFileSync(new URL('asyncapi.json', import.meta.url), `${JSON.stringify(describeAsAsyncApi(catalogue), null, 2)}\n`);
