import * as z from 'zod';
import { changeNow, requestDigest } from '../change.ts';
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
import { finishedWith, isBeingDeferred, isFinished } from './place-record.ts';
import { writePlaceRecord } from './place-records-items.ts';

/**
 * Names another person on a place instead of the one who is: the place stays named, so it can never be released in between.
 * The same is asked of the person and of the time as when a place is named. Repeated, it changes nothing.
 *
 * Refusals: those of name-place; `place.not-named` when nobody is; `request.busy` also while the person is
 * being deferred. Causes place.person-replaced.
 */
export const replaceNamedPerson = defineOperation({
  name: 'replace-named-person',
  summary: 'Name another person on a place instead',
  kind: 'act',
  input: z.strictObject({ cohort: cohortId, ticket: ticketSchema, person: personId }),
  output: namedPlaceSchema,
  example: { cohort: 'coh_0123456789ab', ticket: 3, person: 'per_0123456789abcdef' },
  refusals: [...namingRefusals, 'place.not-named'],
  notFound: 'cohort.not-found',
  target: findCurrentCohort,
  async run(context, { ticket, person }, cohort) {
    const place = await findOwnPlace(context, cohort, ticket);
    const { record, records } = await findPlaceRecords(context, cohort, place);
    const answer = { cohort: cohort.id, ticket, person };
    const request = requestDigest(context, 'replace-named-person', answer);
    if (isFinished(record, request)) return answer;
    if (!place.isNamed) throw refusal('place.not-named');
    if (record.person === person) return answer;
    if (isBeingDeferred(record, '', context.clock.now())) throw refusal('request.busy');
    checkFreeze(context, cohort, record);
    await checkPerson(context, cohort, person, { ...place, record, records });
    const drafted = { at: context.clock.now().toISOString(), request };
    const change = changeNow(context, 'person-replaced');
    const next = { ...record, person, drafted, finished: finishedWith(record, record.drafted?.request) };
    if ((await writePlaceRecord(context.table, next, change)) === undefined) {
      throw refusal('request.busy');
    }
    return answer;
  },
});
