import * as z from 'zod';
import type { Context } from '../context.ts';
import { actingOrganisation, defineOperation, type Target } from '../operation.ts';
import { pageInput, sortKeyAfter } from '../paging.ts';
import { importAnswer } from './import-answer.ts';
import { importAnswerSchema, importId, type Import } from './import.ts';
import { readImport } from './imports-items.ts';

/** The import that an operation is about; those of other organisations are not there. */
async function findImport(context: Context, input: { readonly import: string }): Promise<Target<Import> | undefined> {
  const found = await readImport(context.table, input.import);
  return found?.organisation === actingOrganisation(context) ? { relation: 'own', subject: found } : undefined;
}

/** How far an import has come, and which of its lines are wrong, page by page. It is kept for thirty days. */
export const getImport = defineOperation({
  name: 'get-import',
  summary: 'How an import of your organisation goes, and which lines are wrong',
  kind: 'read',
  input: z.strictObject({ import: importId, after: pageInput.after }),
  output: importAnswerSchema,
  example: { import: 'imp_0123456789ab' },
  refusals: [],
  notFound: 'import.not-found',
  target: findImport,
  async run(context, { after }, found) {
    return await importAnswer(context.table, found, sortKeyAfter(after, /^REPORT#\d{10}$/));
  },
});
