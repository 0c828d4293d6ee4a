import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { readBuyingRules, writeBuyingRules } from './buying-items.ts';
import { answerBuyingRules, buyingRulesAnswerSchema } from './buying-answer.ts';
import { buyingRuleDetails } from './buying-rules.ts';
import { rememberBuyingRules } from './find-buying-rules.ts';
import { writeOnceBehind } from './write-once-behind.ts';

/**
 * Sets what the own organisation asks of its people before they claim places, by what those come to at the most; what is not
 * given is not asked for. `If-Match: "0"` sets the first. It holds for claims that are made a minute later, on cohorts of
 * other hosts; places that are held for the organisation, or that applicants get, are not claimed.
 *
 * Refusals: `request.stale`.
 */
export const setBuyingRules = defineOperation({
  name: 'set-buying-rules',
  summary: 'Set what your organisation asks for before places are claimed',
  kind: 'change',
  input: z.strictObject(buyingRuleDetails),
  output: buyingRulesAnswerSchema,
  example: { purchaseOrderFrom: 100_000, approvalFrom: 500_000 },
  refusals: ['request.stale'],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run(context, given, organisation) {
    const { table } = context;
    const rules = await writeOnceBehind(
      context,
      'set-buying-rules',
      { organisation, ...given },
      {
        read: async () => await readBuyingRules(table, organisation, { consistent: true }),
        write: async (next) => await writeBuyingRules(table, { organisation, ...given, ...next }),
      },
    );
    rememberBuyingRules(context, organisation, rules);
    return answerBuyingRules(rules);
  },
});
