import { z } from 'zod';
import type { SampleCostPlan } from './cost-plans.ts';
import type { SampleProgramme } from './programmes.ts';
import { madeSchema, versionedSchema, type Joined, type Stage } from './stage.ts';

const placesSchema = z.object({ places: z.array(z.object({ ticket: z.int(), organisation: z.string() })) });

/** Drafts and publishes a programme of the sample data. Answers its id. */
export async function offerProgramme(stage: Stage, { host, details, sharedWith }: SampleProgramme): Promise<string> {
  const { caller, of } = stage;
  const seenBy = sharedWith === undefined ? 'all' : sharedWith.map((label) => of(label).organisation);
  const body = { ...details, sharedWith: seenBy };
  const { id } = await caller.send({ ...of(host), path: '/v1/programmes', body }, madeSchema);
  await caller.send({ ...of(host), path: `/v1/programmes/${id}/publish` }, madeSchema);
  return id;
}

/** A cohort as it is offered: of which programme (id), by whom (label), its plan as the API takes it, and what then happens. */
interface Offer {
  readonly programme: string;
  readonly host: string;
  readonly plan: object;
  readonly costs: SampleCostPlan | undefined;
  readonly claims: SampleProgramme['claims'];
}

/** Plans a cohort and what it costs, opens it, and lets the others claim, in this order. Answers the cohort's id. */
export async function offerCohort(stage: Stage, { programme, host, plan, costs, claims }: Offer): Promise<string> {
  const { caller, of } = stage;
  const lead = of(host);
  const planned = { ...lead, path: `/v1/programmes/${programme}/cohorts`, body: plan };
  const { id } = await caller.send(planned, madeSchema);
  // Before it opens: from then on the rule is fixed.
  if (costs !== undefined) await planCosts(stage, id, lead, costs);
  await caller.send({ ...lead, path: `/v1/cohorts/${id}/open` }, madeSchema);
  for (const { by, ...body } of claims) {
    await caller.send({ ...of(by), path: `/v1/cohorts/${id}/claims`, body }, z.object({}));
  }
  return id;
}

async function planCosts(
  { caller, of }: Stage,
  cohort: string,
  { organisation }: Joined,
  costs: SampleCostPlan,
): Promise<void> {
  const put = { person: costs.by, organisation, method: 'PUT' as const };
  const path = `/v1/cohorts/${cohort}/cost-plan`;
  let { version } = await caller.send({ ...put, path, seen: 0, body: costs.plan }, versionedSchema);
  for (const { of: partner, treatment } of costs.treatments) {
    const chosen = `/v1/cohorts/${cohort}/vat-treatments/${of(partner).organisation}`;
    ({ version } = await caller.send({ ...put, path: chosen, seen: version, body: { treatment } }, versionedSchema));
  }
}

/** The tickets that an organisation has on a cohort, in their order. */
export async function ticketsOf({ caller }: Stage, cohort: string, holder: Joined): Promise<number[]> {
  const path = `/v1/cohorts/${cohort}/places`;
  const { places } = await caller.send({ ...holder, method: 'GET', path }, placesSchema);
  // A host sees those of others, too.
  return places.flatMap(({ ticket, organisation }) => (organisation === holder.organisation ? [ticket] : []));
}

/** Names people, whose lead records that they are released, on the first places that their organisation has. */
export async function namePeople(
  stage: Stage,
  cohort: string,
  { by, references }: { readonly by: string; readonly references: readonly string[] },
): Promise<void> {
  const holder = stage.of(by);
  const tickets = await ticketsOf(stage, cohort, holder);
  for (const [index, reference] of references.entries()) {
    const person = stage.personBy(reference);
    const release = {
      ...holder,
      path: `/v1/cohorts/${cohort}/person-releases`,
      body: { person, backfill: 'arranged' },
    };
    await stage.caller.send(release, z.object({}));
    const body = { person, ticket: tickets[index] };
    await stage.caller.send({ ...holder, path: `/v1/cohorts/${cohort}/names`, body }, z.object({}));
  }
}
