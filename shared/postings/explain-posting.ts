import * as z from 'zod';
import { findCohort } from '../cohorts/find-cohort.ts';
import { explainedShareSchema, explainShare, type SharedBecause } from '../costs/explain-share.ts';
import { organisationOf } from '../context.ts';
import { actsFor } from '../successions/find-account-holder.ts';
import { defineOperation } from '../operation.ts';
import { organisationId } from '../organisations/organisation.ts';
import { period } from './period.ts';
import { answerPostings, postingAnswerSchema } from './posting-answer.ts';
import { findBehind } from './find-behind.ts';
import { postingId, type Posting } from './posting.ts';
import { readPosting } from './postings-items.ts';

const output = z.object({
  posting: postingAnswerSchema,
  behind: z
    .array(postingAnswerSchema)
    .describe(
      'What a reversal reverses, or what an adjustment stands in for, and so on, one behind the other, down to what was posted by itself: that is explained',
    ),
  programme: z.string().optional().describe('The id of the programme of the cohort'),
  firstDay: z.iso.date().optional().describe('The first day of the cohort'),
  cause: z
    .object({
      event: z.string().describe('The id of the recorded event'),
      type: z.string().describe('Its type; `freeze-date`, where it is that the freeze date had come'),
      at: z.iso.datetime(),
      data: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('What the event says, where your organisation was told of it'),
    })
    .optional()
    .describe('What made the share, or the difference, owed; absent where that is not recorded'),
  before: explainedShareSchema.optional().describe('What the debtor bore before that, and why'),
  after: explainedShareSchema
    .optional()
    .describe('What the debtor bore from then on, and why: the rest is the posting'),
});

/**
 * Why something is owed: from a posting down to the event that caused it, to what there was to share by which rule, and to the
 * places that were charged for, before and after. It is worked out anew from what is recorded of the cohort, so it shows how the
 * amount came about and not only that it did. A reversal is explained by what it reverses, an
 * adjustment by what it stands in for. The event itself is shown
 * to whom it was told; of others’ places an organisation learns no more than how many parts were charged in all.
 */
export const explainPosting = defineOperation({
  name: 'explain-posting',
  summary: 'Why something is owed: the event, the cost, the rule and the places behind a posting',
  kind: 'read',
  input: z.strictObject({
    posting: postingId,
    creditor: organisationId.describe('To whom it is owed, as the posting says'),
    debtor: organisationId.describe('Who owes it, as the posting says'),
    period: period.describe('The month into which it was posted, as the posting says'),
  }),
  output,
  example: {
    posting: 'pst_0123456789abcdef',
    creditor: 'org_0123456',
    debtor: 'org_abcdefg',
    period: '2027-09',
  },
  refusals: [],
  notFound: 'posting.not-found',
  async target({ actor, table }, { posting: id, creditor, debtor, period: month }) {
    const acting = organisationOf(actor);
    const isCreditor = await actsFor(table, acting, creditor);
    if (!isCreditor && !(await actsFor(table, acting, debtor))) return undefined;
    const posting = await readPosting(table, { creditor, debtor, period: month, id });
    if (posting === undefined) return undefined;
    return { relation: isCreditor ? 'own' : 'partner', subject: { posting, of: isCreditor ? creditor : debtor } };
  },
  async run({ table }, _input, { posting, of }) {
    const [chain, cohort] = await Promise.all([findBehind(table, posting), findCohort(table, posting.cohort)]);
    const first = chain.at(-1) ?? posting;
    const why = await explainShare(table, { id: posting.cohort, host: posting.creditor }, first);
    const [answer, ...behind] = await answerPostings(table, [posting, ...chain]);
    if (answer === undefined) throw new Error('Nothing was answered for a posting');
    return {
      posting: answer,
      behind,
      programme: cohort?.programme,
      firstDay: cohort?.firstDay,
      cause: causeOf(why, first, of),
      before: why?.before,
      after: why?.after,
    };
  },
});

function causeOf(why: SharedBecause | undefined, { cause, at }: Posting, organisation: string) {
  if (why === undefined) return undefined;
  const { event } = why;
  if (event === undefined) return { event: cause, type: 'freeze-date', at };
  const isTold = event.audience === 'all' || event.audience.includes(organisation);
  return { event: cause, type: event.type, at: event.at, ...(isTold ? { data: event.data } : {}) };
}
