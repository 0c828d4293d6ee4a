import { z } from 'zod';
import type { LocalRun } from '../local-run.ts';
import type { Caller } from './caller.ts';
import { sampleOrganisations } from './organisations.ts';

/** What of a run the sample data is loaded through. */
export type SampleRun = Pick<LocalRun, 'url' | 'tokenFor' | 'invoke' | 'clock' | 'idle'>;

/** A person who acts for an organisation that has joined. */
export interface Joined {
  readonly organisation: string;
  readonly person: string;
}

/** Who and what of the sample data is there already, for what is done next. */
export interface Stage {
  readonly run: SampleRun;
  readonly caller: Caller;
  /** The organisation that the sample data calls so, acting through its administrator. */
  readonly of: (label: string) => Joined;
  /** The same, acting through whoever is in its finance. */
  readonly financeOf: (label: string) => Joined;
  /** The id of a person on record, by their reference at their organisation. */
  readonly personBy: (reference: string) => string;
}

/** What the API answers with when something is made, and when it is changed by version. */
export const madeSchema = z.object({ id: z.string() });
export const versionedSchema = z.object({ version: z.int() });

/** Sets the stage for what is done by organisations that have joined, by label, and to people on record, by reference. */
export function setStage(
  run: SampleRun,
  caller: Caller,
  joined: ReadonlyMap<string, Joined>,
  people: ReadonlyMap<string, string>,
): Stage {
  const known = <T>(what: T | undefined, name: string): T => {
    if (what === undefined) throw new Error(`The sample data has no ${name}.`);
    return what;
  };
  const of = (label: string) => known(joined.get(label), `organisation ${label}`);
  return {
    run,
    caller,
    of,
    financeOf(label) {
      const members = sampleOrganisations.find((one) => one.label === label)?.members ?? [];
      const finance = members.find(({ roles }) => roles.includes('finance'));
      return { ...of(label), person: known(finance, `finance at ${label}`).person };
    },
    personBy: (reference) => known(people.get(reference), `person ${reference}`),
  };
}
