import { closePeriod } from '../../shared/postings/close-period.ts';
import { explainPosting } from '../../shared/postings/explain-posting.ts';
import { exportJournal } from '../../shared/postings/export-journal.ts';
import { getPeriods } from '../../shared/postings/get-periods.ts';
import { listCohortPostings } from '../../shared/postings/list-cohort-postings.ts';
import { listPostings } from '../../shared/postings/list-postings.ts';
import { reversePosting } from '../../shared/postings/reverse-posting.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const postingRoutes = [
  route('POST', '/v1/period-closings', closePeriod),
  route('GET', '/v1/periods', getPeriods),
  route('GET', '/v1/postings', listPostings),
  route('GET', '/v1/postings/{posting}', explainPosting),
  route('POST', '/v1/postings/{posting}/reverse', reversePosting),
  route('GET', '/v1/journal.csv', exportJournal, 200, { answers: 'text/csv' }),
  route('GET', '/v1/cohorts/{cohort}/postings', listCohortPostings),
] as const;

export const handler = apiHandler(postingRoutes);
