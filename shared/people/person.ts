import * as z from 'zod';
import { idOfRequest, idPattern } from '../ids.ts';
import { bands, staffGroups } from '../programmes/programme.ts';

export const personId = z
  .string()
  .regex(idPattern('per'), 'This is not the id of a person')
  .describe('The id of a person');

/** An organisation's own mark for one of its people. Case and spaces are mended, since it is pasted and typed. */
const reference = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9 ._/-]{0,39}$/, 'Letters and digits, with spaces . _ / or - between them, 40 at most');

/**
 * What an organisation says about somebody who may take places. All of it is personal data: for the organisation itself
 * and, as far as a place needs it, for the host on whose cohort the person is named.
 */
export const personDetails = {
  reference: reference.describe("The organisation's own mark for the person, such as the employee number; it stays"),
  name: z.string().trim().min(1).max(120).describe('The name of the person'),
  email: z
    .email()
    .max(254)
    .toLowerCase()
    .describe('The e-mail address at work; who signs in with it sees what is kept about them'),
  staffGroup: z.enum(staffGroups).describe('Which group of staff they belong to'),
  band: z.enum(bands).describe('Their pay band or what stands for it; `other` for none'),
  role: z.string().trim().min(1).max(120).describe('Their job title'),
  managesPeople: z.boolean().describe('Whether they are the line manager of somebody'),
  leadsCommissioning: z.boolean().describe('Whether they are a GP or clinical lead in commissioning'),
  managerReference: reference.optional().describe('The reference of their line manager'),
  accessNeeds: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .optional()
    .describe('What they need to take part; shown to the host of a place that they have, and to few others'),
};

const kept = {
  pk: z.string(),
  sk: z.string().startsWith('PERSON#'),
  id: personId,
  organisation: z.string(),
  /** The digest of the request that made the record, so that a repeated one is told from another. */
  request: z.string(),
  version: z.int(),
  /** Who wrote it last, when, and the digest of that request. Not called `change`: nothing of a person is announced. */
  written: z.object({ by: z.string(), at: z.iso.datetime(), request: z.string() }),
};
const activePersonSchema = z.object({ ...kept, status: z.literal('active'), ...personDetails });
const removedPersonSchema = z.object({
  ...kept,
  status: z.literal('removed'),
  /** The id under which the organisation that has succeeded theirs has them. */
  passedTo: personId.optional(),
});

/**
 * An organisation's own record of a person. Of one who was removed nothing is left but the id, so that a late repetition
 * of what made the record does not bring it back.
 */
export const personSchema = z.discriminatedUnion('status', [activePersonSchema, removedPersonSchema]);
export type ActivePerson = z.infer<typeof activePersonSchema>;
export type RemovedPerson = z.infer<typeof removedPersonSchema>;
export type Person = z.infer<typeof personSchema>;

/** The id of the record of a person at an organisation: the same whenever the reference is. */
export function personIdOf(organisation: string, ownReference: string): string {
  return idOfRequest('per', organisation, ownReference);
}

/** A person as the administrators and programme leads of their organisation see them, and as they do themselves. */
export const personAnswerSchema = z.object({
  id: personId,
  ...personDetails,
  version: z.int().describe('To be given as If-Match when the record is changed or removed'),
});
export type PersonAnswer = z.infer<typeof personAnswerSchema>;

/** All that is kept about a person, but for how it came to be. */
export function personAnswer(person: Omit<ActivePerson, 'pk' | 'sk'>): PersonAnswer {
  const { id, reference: own, name, email, staffGroup, band, role, managesPeople, leadsCommissioning } = person;
  const { managerReference, accessNeeds, version } = person;
  return {
    id,
    reference: own,
    name,
    email,
    staffGroup,
    band,
    role,
    managesPeople,
    leadsCommissioning,
    ...(managerReference === undefined ? {} : { managerReference }),
    ...(accessNeeds === undefined ? {} : { accessNeeds }),
    version,
  };
}

/** The same for who may only read it. */
export function withoutAccessNeeds({ accessNeeds: _accessNeeds, ...answer }: PersonAnswer): PersonAnswer {
  return answer;
}

/** Makes a person with changes: what is not given stays, and `null` takes it away. */
export function withChanges(changes: Readonly<Record<string, unknown>>): (person: ActivePerson) => ActivePerson {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const details = Object.fromEntries(given.map(([detail, value]) => [detail, value ?? undefined]));
  return (person) => activePersonSchema.parse({ ...person, ...details });
}
