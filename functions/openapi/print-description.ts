import { nouns } from '../api/all-routes.ts';
import { describeApi } from './describe-api.ts';

// `npm run openapi`: prints the description of the API, to be read or redirected into a file.
process.stdout.write(`${JSON.stringify(describeApi(nouns), undefined, 2)}\n`);
