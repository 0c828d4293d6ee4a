import * as z from 'zod';
import packageFile from '../../package.json' with { type: 'json' };
import { defineOperation, nothingOwned } from '../operation.ts';
import { askTable } from './meta-items.ts';

/** Answers that the installation works, its table too, and which version it runs. A table that does not answer is a fault. */
export const getHealth = defineOperation({
  name: 'get-health',
  summary: 'Whether this installation works',
  kind: 'read',
  input: z.strictObject({}),
  output: z.object({ status: z.literal('ok'), version: z.string().describe('The version of the software') }),
  example: {},
  refusals: [],
  notFound: 'request.unknown-route',
  target: nothingOwned,
  async run({ table }) {
    await askTable(table);
    return { status: 'ok' as const, version: packageFile.version };
  },
});
