import * as z from 'zod';
import { idPattern } from '../ids.ts';

export const importId = z
  .string()
  .regex(idPattern('imp'), 'This is not the id of an import')
  .describe('The id of an import');

/** The most that the file of an import may have, in bytes. */
export const mostFileBytes = 2 * 1024 * 1024;

/** What every import takes beside its file. */
export const importOptions = {
  mode: z
    .enum(['all-or-nothing', 'good-lines'])
    .default('all-or-nothing')
    .describe('Whether one wrong line stops all others, or the good lines are taken without it'),
  check: z.enum(['true', 'false']).default('false').describe('`true`: only say what would be done, and do nothing'),
};

/**
 * The file of an import. A character is a byte at least, so no text can be longer than this; what its route takes is bounded
 * in bytes.
 */
export const fileSchema = z.string().min(1).max(mostFileBytes);

/** What became of a line. */
export const outcomes = ['added', 'changed', 'unchanged', 'wrong'] as const;
export type LineOutcome = (typeof outcomes)[number];

const statuses = ['running', 'done', 'checked', 'refused'] as const;

const counted = {
  total: z.int().describe('How many lines the file has below its header'),
  done: z.int().describe('How many of them are dealt with'),
  added: z.int(),
  changed: z.int(),
  unchanged: z
    .int()
    .describe(
      'How many were so already, or were changed by others since the import began; nothing was written for them',
    ),
  wrong: z.int(),
};

const kept = {
  id: importId,
  kind: z.enum(['people', 'cohorts']),
  mode: importOptions.mode,
  check: z.boolean(),
  status: z
    .enum(statuses)
    .describe(
      '`running`: send the same request again, with its Idempotency-Key, and what is left is done; `refused`: a line was wrong, so nothing was done; `checked`: nothing was to be done',
    ),
  ...counted,
  startedAt: z.iso.datetime(),
};

/**
 * An import: how far it has come, and what became of its lines. It holds nothing of the file but a digest. Not an
 * aggregate: nothing of it is announced.
 */
export const importSchema = z.object({
  pk: z.string(),
  sk: z.literal('IMPORT'),
  ...kept,
  organisation: z.string(),
  /** The digest of the request with its file, so that a repeated one is told from another. */
  request: z.string(),
  expires: z.int(),
});
export type Import = z.infer<typeof importSchema>;
export type Counts = Pick<Import, 'done' | LineOutcome>;

const mistakeSchema = z.object({
  column: z.string().optional().describe('Absent where it is about the whole line'),
  message: z.string().describe('What is wrong, in words'),
});
/** A line that is wrong, and in what; never what stands in it. */
export const wrongLineSchema = z.object({
  line: z.int().describe('The line of the file'),
  mistakes: z.array(mistakeSchema),
});
export type WrongLine = z.infer<typeof wrongLineSchema>;

/** An import as its organisation sees it, with one page of the lines that are wrong. */
export const importAnswerSchema = z.object({
  ...kept,
  wrongLines: z.array(wrongLineSchema).describe('The lines that are wrong, as far as the import has come: one page'),
  next: z
    .string()
    .optional()
    .describe('Give it to get-import as `after` for more of the wrong lines; absent when there are no more'),
});
export type ImportAnswer = z.infer<typeof importAnswerSchema>;
