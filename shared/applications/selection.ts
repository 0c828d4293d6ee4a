import * as z from 'zod';
import type { FieldError } from '../errors.ts';
import { applicationId, mostApplications, selectionReason, words } from './application.ts';

/** What a host decides about every application that is endorsed. */
export const selectionLists = {
  selected: z
    .array(applicationId)
    .max(mostApplications)
    .describe('Who gets a place of their organisation’s, by their applications'),
  alternates: z
    .array(applicationId)
    .max(mostApplications)
    .default([])
    .describe('Who is taken when a place comes free, the first of them first'),
  notSelected: z
    .array(z.strictObject({ application: applicationId, reason: selectionReason, words }))
    .max(mostApplications)
    .default([])
    .describe('Who is not chosen, each with the reason'),
};
export type SelectionLists = z.infer<z.ZodObject<typeof selectionLists>>;

/** The decision as it is written down before it is carried out, application by application. */
export const selectionSchema = z.object({
  ...selectionLists,
  /** Which decision about this cohort it is, from 1. */
  round: z.int(),
  /** Where its first alternate stands: behind those of earlier decisions. */
  firstRank: z.int(),
  /** The digest of the request that made it. */
  request: z.string(),
  done: z.boolean(),
});
export type Selection = z.infer<typeof selectionSchema>;

/**
 * What is wrong with a decision: every endorsed application stands in one of the three lists, once, and nothing else does;
 * the reason `other` says more.
 */
export function selectionErrors(lists: SelectionLists, endorsed: ReadonlySet<string>): FieldError[] {
  const { selected, alternates, notSelected } = lists;
  const refused = notSelected.map(({ application }) => application);
  const all = Object.entries({ selected, alternates, notSelected: refused });
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [list, applications] of all) {
    for (const [index, application] of applications.entries()) {
      const field = `${list}.${String(index)}`;
      if (!endorsed.has(application)) errors.push({ field, message: 'There is no endorsed application of this id' });
      else if (seen.has(application)) errors.push({ field, message: 'This application stands in the lists twice' });
      seen.add(application);
    }
  }
  for (const [index, { reason, words: said }] of notSelected.entries()) {
    const field = `notSelected.${String(index)}.words`;
    if (reason === 'other' && said === undefined) errors.push({ field, message: 'Say which other reason' });
  }
  const missing = [...endorsed].filter((application) => !seen.has(application));
  if (missing.length > 0) {
    const some = `${missing.slice(0, 20).join(', ')}${missing.length > 20 ? ', …' : ''}`;
    errors.push({ field: 'notSelected', message: `Decide about these too: ${some}` });
  }
  return errors.slice(0, 20);
}
