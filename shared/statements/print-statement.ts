import { answeredFileSchema } from '../answered-file.ts';
import { defineOperation } from '../operation.ts';
import { findStatement } from './find-statement.ts';
import { statementPage } from './statement-page.ts';
import { fileNameOf, findPart, partInput } from './statement-parts.ts';

/**
 * A statement as a page to be read, kept and printed: an invoice or credit note with its parties, lines, causes, VAT and totals, and
 * how it is disputed. For both of its organisations. Refuses with `statement.altered` lines that do not give the hash, and with
 * `request.invalid` a part that there is not.
 */
export const printStatement = defineOperation({
  name: 'print-statement',
  summary: 'A statement as a page to be read and printed',
  kind: 'read',
  input: partInput,
  output: answeredFileSchema,
  example: { statement: 'sta_0123456789ab' },
  refusals: ['statement.altered'],
  notFound: 'statement.not-found',
  target: findStatement,
  async run({ table }, { part }, statement) {
    const found = await findPart(table, statement, part);
    return { name: `${fileNameOf(found)}.html`, content: statementPage(found) };
  },
});
