import { z } from 'zod';
import type { Answer, Caller } from './caller.ts';

const placeSchema = z.strictObject({
  cohort: z.string(),
  ticket: z.int(),
  organisation: z.string(),
  state: z.enum(['confirmed', 'waiting']),
  held: z.boolean().optional(),
  heldUntil: z.string().optional(),
  named: z.boolean().optional(),
  position: z.int().optional(),
  confirmUntil: z.string().optional(),
});
export type HeldPlace = z.infer<typeof placeSchema>;
const heldSchema = z.object({ confirmed: z.int(), waiting: z.int() });
const countsSchema = z.object({ capacity: z.int(), confirmed: z.int(), free: z.int(), waiting: z.int() });
const cohortSchema = countsSchema.extend({
  id: z.string(),
  status: z.enum(['draft', 'open', 'closed', 'cancelled']),
  version: z.int(),
  heldNow: z.int(),
  freezesOn: z.string(),
  sessions: z.array(z.object({ id: z.string(), day: z.string() })),
  seed: z.string().optional(),
  collecting: z.boolean(),
  archived: z.boolean().optional(),
  own: heldSchema,
  holders: z.array(heldSchema.extend({ organisation: z.string() })).optional(),
});
const cohortPlacesSchema = countsSchema.extend({ status: z.string(), places: z.array(placeSchema) });
const holdingSchema = z.object({
  cohort: z.string(),
  host: z.string(),
  status: z.string(),
  confirmed: z.array(z.int()),
  waiting: z.array(z.int()),
});
const openCohortSchema = z.object({
  id: z.string(),
  host: z.string(),
  title: z.string(),
  firstDay: z.string(),
  claimsOpen: z.boolean(),
  applications: z.object({ closesOn: z.string() }).optional(),
  capacity: z.int(),
  free: z.int(),
  waiting: z.int(),
});
const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), next: z.string().optional() });

/** An event as a feed shows it. */
export const toldSchema = z.object({
  id: z.string(),
  type: z.string(),
  at: z.string(),
  aggregate: z.string(),
  aggregateVersion: z.int(),
  data: z.record(z.string(), z.unknown()),
});
export type Told = z.infer<typeof toldSchema>;

const programmeSchema = z.object({ id: z.string(), status: z.string(), title: z.string() });
const invitedSchema = z.object({ code: z.string() });
const joinedSchema = z.object({ organisation: z.string(), member: z.string() });
const keySchema = z.object({ id: z.string(), token: z.string() });

/** An answer that is no success, as an error that tells what was answered. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(route: string, answer: Answer) {
    super(`${route} was answered with ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    this.name = 'Refused';
    this.answer = answer;
  }
}

/** Somebody who does what the API offers, in the API's words. Each verb throws `Refused` for what is no success. */
export type Party = ReturnType<typeof openParty>;

/** What a claim may say beside the cohort; `key` is its Idempotency-Key. */
interface Claim {
  readonly quantity?: number;
  readonly allOrNothing?: boolean;
  readonly confirmUntil?: string;
  readonly reason?: string;
  readonly people?: readonly string[];
  readonly key?: string;
}

/** Gives a caller the verbs of the story. */
export function openParty(caller: Caller, organisation: string) {
  async function ask<T>(
    schema: z.ZodType<T>,
    route: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const answer = await caller.send(route, { ...(body === undefined ? {} : { body }), headers });
    if (answer.status >= 300) throw new Refused(route, answer);
    return schema.parse(answer.body);
  }
  const withKey = (key: string | undefined): Record<string, string> =>
    key === undefined ? {} : { 'idempotency-key': key };
  const query = (given: Readonly<Record<string, string | number>>) => {
    const pairs = Object.entries(given).map(([name, value]): [string, string] => [name, String(value)]);
    return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
  };

  const readEvents = async (after: string | undefined, limit = 200) =>
    await ask(
      z.object({ events: z.array(toldSchema), next: z.string() }),
      `GET /v1/events${query({ limit, ...(after === undefined ? {} : { after }) })}`,
    );

  return {
    ...caller,
    organisation,
    /** Anything else that is asked for by its route; the answer as the schema has it. */
    ask,

    invite: async (details: object) => await ask(invitedSchema, 'POST /v1/invitations/organisations', details),
    inviteMember: async (roles: readonly string[]) =>
      await ask(invitedSchema, 'POST /v1/invitations/members', { roles }),
    accept: async (code: string) => await ask(joinedSchema, 'POST /v1/invitations/accept', { code }),
    createKey: async (details: object) => await ask(keySchema, 'POST /v1/api-keys', details),
    revokeKey: async (key: string) =>
      await ask(z.object({ status: z.literal('revoked') }), `DELETE /v1/api-keys/${key}`),

    createProgramme: async (details: object) => await ask(programmeSchema, 'POST /v1/programmes', details),
    publish: async (programme: string) => await ask(programmeSchema, `POST /v1/programmes/${programme}/publish`),
    createCohort: async (programme: string, plan: object) =>
      await ask(cohortSchema, `POST /v1/programmes/${programme}/cohorts`, plan),
    open: async (cohort: string) => await ask(cohortSchema, `POST /v1/cohorts/${cohort}/open`),
    close: async (cohort: string) => await ask(cohortSchema, `POST /v1/cohorts/${cohort}/close`),
    cancel: async (cohort: string) => await ask(cohortSchema, `POST /v1/cohorts/${cohort}/cancel`),
    archive: async (cohort: string) => await ask(cohortSchema, `POST /v1/cohorts/${cohort}/archive`),
    changeCapacity: async (cohort: string, capacity: number) =>
      await ask(countsSchema, `PUT /v1/cohorts/${cohort}/capacity`, { capacity }),

    claim: async (cohort: string, { key, ...claim }: Claim = {}) =>
      (await ask(z.object({ places: z.array(placeSchema) }), `POST /v1/cohorts/${cohort}/claims`, claim, withKey(key)))
        .places,
    giveBack: async (cohort: string, tickets: readonly number[], key?: string) =>
      (
        await ask(
          z.object({ places: z.array(placeSchema) }),
          `POST /v1/cohorts/${cohort}/give-backs`,
          { tickets },
          withKey(key),
        )
      ).places,

    seeCohort: async (cohort: string) => await ask(cohortSchema, `GET /v1/cohorts/${cohort}`),
    seePlaces: async (cohort: string) => await ask(cohortPlacesSchema, `GET /v1/cohorts/${cohort}/places`),
    listOwnPlaces: async (page: Readonly<Record<string, string | number>> = {}) =>
      await ask(pageOf(holdingSchema), `GET /v1/places${query(page)}`),
    listOpenCohorts: async (filters: Readonly<Record<string, string | number>> = {}) =>
      await ask(pageOf(openCohortSchema), `GET /v1/open-cohorts${query(filters)}`),
    listProgrammes: async () => await ask(pageOf(programmeSchema), 'GET /v1/programmes'),

    /** One page of the feed behind a cursor. */
    readEvents,
    /** The feed from a cursor to its end, and the cursor there. */
    async readAllEvents(after?: string): Promise<{ events: Told[]; next: string }> {
      let cursor = after;
      const told: Told[] = [];
      for (;;) {
        const { events, next } = await readEvents(cursor);
        told.push(...events);
        if (next === cursor) return { events: told, next };
        cursor = next;
      }
    },
  };
}
