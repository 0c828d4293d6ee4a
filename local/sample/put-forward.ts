import { z } from 'zod';
import type { SampleApplication } from './programmes.ts';
import { madeSchema, type Stage } from './stage.ts';

/** Puts somebody forward for a cohort to which people apply, and has it endorsed where the sample says so. */
export async function putForward(stage: Stage, cohort: string, application: SampleApplication): Promise<void> {
  const { caller, of, personBy } = stage;
  const { at, by, statement, nominates, endorsed = false } = application;
  const actor = { ...of(at), person: by };
  const path = `/v1/cohorts/${cohort}/${nominates === undefined ? 'applications' : 'nominations'}`;
  const person = nominates === undefined ? {} : { person: personBy(nominates) };
  const { id } = await caller.send({ ...actor, path, body: { statement, ...person } }, madeSchema);
  if (!endorsed) return;
  const body = { backfill: 'arranged' };
  await caller.send({ ...of(at), path: `/v1/cohorts/${cohort}/applications/${id}/endorse`, body }, z.object({}));
}
