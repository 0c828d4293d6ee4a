import { createClock, type MovableClock } from '../../local/clock.ts';
import { startInstallation, type Installation } from './installation.ts';
import type { LocalRunOptions } from '../../local/local-run.ts';
import { givenLondon, type Code, type London } from './london.ts';
import type { Party } from './party.ts';

const day = 86_400_000;

/** The date in London so many days after an instant. */
export function dateAfter(instant: Date, days: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(instant.getTime() + days * day);
}

/** The financial year that a date is in, as the API names it. */
export function financialYearOf(date: string): string {
  const [year = 0, month = 0] = date.split('-').map(Number);
  const from = month < 4 ? year - 1 : year;
  return `${String(from)}-${String((from + 1) % 100).padStart(2, '0')}`;
}

/** An installation whose time a story moves: days count from where the story began. */
export interface PassingTime {
  readonly installation: Installation;
  readonly clock: MovableClock;
  readonly london: London;
  /** The date in London so many days after the beginning. */
  dateOn(days: number): string;
  /** Moves time to so many days after the beginning; the sweeper comes by before and after everything is announced. */
  moveTo(days: number): Promise<void>;
  /** What was told of a cohort since this was last asked, each event once: its type, and its tickets where it has some. */
  toldOf(cohort: string): Promise<unknown[]>;
  /** A cohort that starts in a hundred days and ends thirty later, opened by its host. */
  givenCohort(programme: string, plan: object): Promise<string>;
}

/** Starts an installation with some of the story's organisations. Without schedules the sweeper comes only by `moveTo`. */
export async function startPassingTime(
  codes: readonly Code[],
  options: Partial<LocalRunOptions> = {},
): Promise<PassingTime> {
  const clock = createClock();
  // From noon on, so that neither midnight nor summer time comes between two days of a story.
  clock.advance((day / 2 - (clock.now().getTime() % day) + day) % day);
  const installation = await startInstallation({ clock, ...options });
  const london = await givenLondon(installation, codes);
  const began = clock.now();
  const dateOn = (days: number) => dateAfter(began, days);
  let heard = 0;
  return {
    installation,
    clock,
    london,
    dateOn,
    async moveTo(days) {
      await installation.settle();
      clock.advance(Math.max(0, began.getTime() + days * day - clock.now().getTime()));
      for (let visit = 0; visit < 2; visit += 1) {
        await installation.invoke('Sweeper', { task: 'deadlines' });
        await installation.settle();
      }
    },
    async toldOf(cohort) {
      await installation.settle();
      const told = new Map(installation.announced.slice(heard).map((event) => [event.id, event]));
      heard = installation.announced.length;
      return [...told.values()].flatMap(({ type, data }) =>
        data['cohort'] === cohort ? [[type, data['tickets'] ?? data['ticket']]] : [],
      );
    },
    async givenCohort(programme, plan) {
      const session = { from: '09:30', to: '16:30', venue: 'King George Hospital, Ilford' };
      const { id } = await london.RF4.createCohort(programme, {
        name: 'The next one',
        sessions: [
          { day: dateOn(100), ...session },
          { day: dateOn(130), ...session },
        ],
        limit: 6,
        waitlist: 10,
        opensAt: began.toISOString(),
        ...plan,
      });
      await london.RF4.open(id);
      return id;
    },
  };
}

/** The tickets of a cohort that are in a state, as a party sees them. */
export async function ticketsOf(party: Party, cohort: string, state: 'confirmed' | 'waiting'): Promise<number[]> {
  return (await party.seePlaces(cohort)).places.flatMap((place) => (place.state === state ? [place.ticket] : []));
}
