import { writeFileSync } from 'node:fs';
import { catalogue } from '../shared/events/catalogue.ts';
import { describeAsAsyncApi, describeAsMarkdown } from '../shared/events/describe-events.ts';
import { describeStates } from './describe-states.ts';

const write = (name: string, text: string) => writeFileSync(new URL(name, import.meta.url), text);

/** `npm run docs`: writes the pages that are made from the code's own data. Tests hold the files against it. */
write('events.md', describeAsMarkdown(catalogue));
write('asyncapi.json', `${JSON.stringify(describeAsAsyncApi(catalogue), null, 2)}\n`);
write('states.md', describeStates());
