import * as z from 'zod';
import { requestDigest } from '../change.ts';
import { cohortId } from '../cohorts/cohort.ts';
import { findCurrentCohort } from '../cohorts/find-visible-cohort.ts';
import { refusal } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import { personId } from '../people/person.ts';
import { ticketSchema } from './ledger.ts';
import {
  checkFreeze,
  checkPerson,
  findOwnPlace,
  findPlaceRecords,
  namedPlaceSchema,
  namingRefusals,
} from './may-name.ts';
import { isFinished } from './place-record.ts';
import { writeName } from './write-name.ts';

/**
 * Names a person of the own organisation on one of its confirmed places.
 *
 * 1. The place must be there, confirmed (`place.not-found`, `place.not-confirmed`) and without a name (`place.named`; a
 *    repeated request is answered again), the cohort not over and the freeze date not passed (`cohort.over`,
 *    `place.frozen`), the person one of the organisation, not named on another place of the cohort, released by their
 *    manager, and eligible.
 * 2. The person is noted as a draft on the place's own record (`request.busy` while somebody else's is younger than a
 *    minute).
 * 3. One conditional write of the ledger makes the draft count: naming and a release that come at the same moment have one
 *    winner. When the release was first, the draft goes and the answer is `place.not-found`.
 *
 * Causes place.named.
 */
export const namePlace = defineOperation({
  name: 'name-place',
  summary: 'Name a person of your organisation on one of its places',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, ticket: ticketSchema, person: personId }),
  output: namedPlaceSchema,
  example: { cohort: 'coh_0123456789ab', ticket: 3, person: 'per_0123456789abcdef' },
  refusals: [...namingRefusals, 'place.named'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, { ticket, person }, cohort) {
    const place = await findOwnPlace(context, cohort, ticket);
    const { record, records } = await findPlaceRecords(context, cohort, place);
    const answer = { cohort: cohort.id, ticket, person };
    const request = requestDigest(context, 'name-place', answer);
    if (isFinished(record, request)) return answer;
    if (place.isNamed) {
      if (record.person === person) return answer;
      throw refusal('place.named');
    }
    checkFreeze(context, cohort, record);
    await checkPerson(context, cohort, person, { ...place, record, records });
    await writeName(context, { ...place, record }, person, request);
    return answer;
  },
});
