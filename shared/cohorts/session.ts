import * as z from 'zod';
import { refusal, type FieldError } from '../errors.ts';

/** A plan's last possible day: a slip of the finger in the year is told, and every instant stays a four-digit year. */
const latestDay = '2199-12-31';

/** A session as it is planned. */
export const sessionSchema = z.strictObject({
  day: z.iso
    .date()
    .refine((day) => day <= latestDay, 'This day is too far ahead')
    .describe('The day, in Europe/London'),
  from: z.iso.time({ precision: -1 }).describe('When it begins, as HH:MM'),
  to: z.iso.time({ precision: -1 }).describe('When it ends, as HH:MM'),
  venue: z.string().trim().min(1).max(200).optional().describe('Where it is held'),
});
export type Session = z.infer<typeof sessionSchema>;

export const sessionsSchema = z.array(sessionSchema).min(1).max(40).describe('The dated sessions, in order');

/** The version of the plan that the session came with, and its number then: given once, and to no other session again. */
export const sessionId = z
  .string()
  .regex(/^[0-9]{1,10}-[0-9]{1,2}$/, 'This is not the id of a session')
  .describe('What names the session within its cohort, whenever it is moved');

const changedSessionSchema = sessionSchema.extend({
  id: sessionId
    .optional()
    .describe('Which session of the plan before it is; without it, the one that began then, or else a new one'),
});
export type ChangedSession = z.infer<typeof changedSessionSchema>;

/** The sessions of a plan that is changed: those that were there before say which, so that calendars follow them. */
export const changedSessionsSchema = z
  .array(changedSessionSchema)
  .min(1)
  .max(40)
  .describe('All sessions from now on, in order');

const plannedSessionSchema = sessionSchema.extend({ id: sessionId });
export type PlannedSession = z.infer<typeof plannedSessionSchema>;

export const plannedSessionsSchema = z.array(plannedSessionSchema).describe('The dated sessions, in order');

/** Sessions as they are kept. Those of plans that were written before sessions had ids are named by their places. */
export const keptSessionsSchema = z
  .array(changedSessionSchema)
  .transform((sessions): PlannedSession[] =>
    sessions.map((session, index) => ({ ...session, id: session.id ?? `0-${String(index + 1)}` })),
  );

/**
 * Gives every session of a plan its id. What comes with one is that session, wherever it is moved; what comes without is
 * the session that began at the same time before, when no other claims to be that; and otherwise it is a new one, whose id
 * is made of the version that the plan has with it and so was never given before.
 *
 * Refuses with `request.invalid` an id that the plan before does not have, and one that is given twice.
 */
export function identifiedSessions(
  given: readonly ChangedSession[],
  version: number,
  before: readonly PlannedSession[] = [],
): PlannedSession[] {
  const fields = given.flatMap((session, index) => idErrors(session, index, given, before));
  if (fields.length > 0) throw refusal('request.invalid', undefined, { fields });
  const claimed = new Set(given.map(({ id }) => id));
  return given.map((session, index) => {
    const same = before.find(({ id, day, from }) => day === session.day && from === session.from && !claimed.has(id));
    return { ...session, id: session.id ?? same?.id ?? `${String(version)}-${String(index + 1)}` };
  });
}

function idErrors(
  { id }: ChangedSession,
  index: number,
  given: readonly ChangedSession[],
  before: readonly PlannedSession[],
): FieldError[] {
  if (id === undefined) return [];
  const field = `sessions.${String(index)}.id`;
  if (!before.some((session) => session.id === id)) return [{ field, message: 'The plan has no such session' }];
  const isFirst = given.findIndex((session) => session.id === id) === index;
  return isFirst ? [] : [{ field, message: 'This session is given twice' }];
}
