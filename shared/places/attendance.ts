import * as z from 'zod';
import { personId } from '../people/person.ts';

/** How somebody took part in a session. */
export const attendances = ['full', 'partial', 'none'] as const;
export type Attendance = (typeof attendances)[number];

/** Why a completion does not count any more. */
export const withdrawals = ['by-mistake', 'not-fulfilled'] as const;

/** How many corrections are kept of each attendance, and of a completion; the oldest go. */
export const mostCorrections = 5;
/** Of how many people who were replaced their attendance is kept. */
const mostReplaced = 3;

const note = { by: z.string(), at: z.iso.datetime() };
const attendance = z.object({ attendance: z.enum(attendances), ...note });
const completion = z.object({
  /** The day on which it was complete; absent where it does not count any more. */
  on: z.iso.date().optional(),
  /** Why it is complete although nothing was attended; free text, for the organisation and the host alone. */
  reason: z.string().optional(),
  withdrawn: z.enum(withdrawals).optional(),
  ...note,
});

const attendedBy = z.object({
  person: personId,
  /** Session to how it was attended, and what was noted before that, the newest last. */
  sessions: z.record(z.string(), attendance.extend({ before: z.array(attendance).max(mostCorrections) })),
});
/**
 * What was noted of a person who is named on a place. It stands with the person's id, so that it counts for nobody else:
 * what is left there when another person is named is of the one before.
 */
export const participation = {
  attended: attendedBy.optional(),
  /** The same of those who were named before and replaced, the last of them last: when they are put back, it counts again. */
  replaced: z.array(attendedBy).max(mostReplaced).optional(),
  completed: completion.extend({ person: personId, before: z.array(completion).max(mostCorrections) }).optional(),
};
const participationSchema = z.object(participation);
export type Participation = z.infer<typeof participationSchema>;
export type SessionAttendance = NonNullable<Participation['attended']>['sessions'][string];

/** Who notes something, and at which instant. */
interface Note {
  readonly by: string;
  readonly at: string;
}
/** What of a place's record says who took part and how. */
type Participant = Participation & { readonly person?: string | undefined };

/** How the person who is named attended the sessions of which that was noted, by the ids of the sessions. */
export function attendanceOf({ person, attended, replaced = [] }: Participant): ReadonlyMap<string, SessionAttendance> {
  const own = [attended, ...replaced].find((noted) => noted !== undefined && noted.person === person);
  return new Map(Object.entries(own?.sessions ?? {}));
}

/** The completion of the person who is named, and what stood there before it; one that was withdrawn has no day. */
export function completionOf({ person, completed }: Participant): Participation['completed'] {
  return completed?.person === person ? completed : undefined;
}

/** Whether the person who is named attended any of the sessions, in full or in part. */
export function hasAttended(place: Participant, sessions: readonly { readonly id: string }[]): boolean {
  const noted = attendanceOf(place);
  return sessions.some(({ id }) => (noted.get(id)?.attendance ?? 'none') !== 'none');
}

/** The record with how its person attended a session; undefined when just that stands there, or nobody is named. */
export function withAttendance<Place extends Participant>(
  place: Place,
  session: string,
  noted: Note & { readonly attendance: Attendance },
): Place | undefined {
  const { person } = place;
  const sessions = attendanceOf(place);
  const { before = [], ...was } = sessions.get(session) ?? {};
  if (person === undefined || ('attendance' in was && was.attendance === noted.attendance)) return undefined;
  const earlier = 'attendance' in was ? [...before, was].slice(-mostCorrections) : [];
  const all = { ...Object.fromEntries(sessions), [session]: { ...noted, before: earlier } };
  const others = [...(place.replaced ?? []), ...(place.attended === undefined ? [] : [place.attended])];
  const replaced = others.filter((other) => other.person !== person).slice(-mostReplaced);
  return { ...place, attended: { person, sessions: all }, ...(replaced.length === 0 ? {} : { replaced }) };
}

/** The record with its person's completion; undefined when just that stands there, or nobody is named. */
export function withCompletion<Place extends Participant>(
  place: Place,
  noted: Note & { readonly on: string; readonly reason?: string | undefined },
): Place | undefined {
  const was = completionOf(place);
  return was?.on === noted.on && was.reason === noted.reason ? undefined : completedAnew(place, noted);
}

/** The record with its person's completion withdrawn; undefined when there is none. */
export function withoutCompletion<Place extends Participant>(
  place: Place,
  noted: Note & { readonly withdrawn: (typeof withdrawals)[number] },
): Place | undefined {
  return completionOf(place)?.on === undefined ? undefined : completedAnew(place, noted);
}

function completedAnew<Place extends Participant>(place: Place, noted: z.infer<typeof completion>) {
  const { person } = place;
  if (person === undefined) return undefined;
  const was = completionOf(place);
  if (was === undefined) return { ...place, completed: { ...noted, person, before: [] } };
  const { before, person: _same, ...earlier } = was;
  return { ...place, completed: { ...noted, person, before: [...before, earlier].slice(-mostCorrections) } };
}
