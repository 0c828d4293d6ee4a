import * as z from 'zod';
import { defineOperation, ownOrganisation } from '../operation.ts';
import { answerBuyingRules, buyingRulesAnswerSchema } from './buying-answer.ts';
import { readBuyingRules } from './buying-items.ts';

/** What the own organisation asks for before places are claimed. */
export const getBuyingRules = defineOperation({
  name: 'get-buying-rules',
  summary: 'What your organisation asks for before places are claimed',
  kind: 'read',
  input: z.strictObject({}),
  output: buyingRulesAnswerSchema,
  example: {},
  refusals: [],
  notFound: 'organisation.not-found',
  target: ownOrganisation,
  async run({ table }, _input, organisation) {
    return answerBuyingRules(await readBuyingRules(table, organisation, { consistent: true }));
  },
});
