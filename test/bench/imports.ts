import { importPeople } from '../../shared/imports/import-people.ts';
import type { Charge } from '../support/capacity-meter.ts';
import { meterCapacity } from '../support/capacity-meter.ts';
import { contextOf, movableClock, personOf } from '../support/context.ts';
import { manyPeople, peopleSheet } from '../support/sheets.ts';
import { createTestTable } from '../support/table.ts';

/** What an import of a sheet of people takes. */
export interface ImportLine {
  readonly what: string;
  readonly lines: number;
  readonly seconds: number;
  /** Write units on people, their place in the index among them. */
  readonly people: number;
  /** Write units on the import itself: how far it has come. */
  readonly progress: number;
  readonly read: number;
}

/**
 * Imports a sheet of so many people into an empty organisation, the same sheet once more, one in which each tenth has
 * another job title, and one that is only checked. Units of DynamoDB; seconds by the machine's clock.
 */
export async function measureImports(lines: number): Promise<ImportLine[]> {
  const made = await createTestTable();
  const meter = meterCapacity(made.client);
  const clock = movableClock();
  const measured: ImportLine[] = [];
  const measure = async (what: string, file: string, check = 'false') => {
    meter.take();
    const begun = performance.now();
    const answer = await importPeople.perform(contextOf(made.table, clock, personOf('org_aaaaaa1')), { file, check });
    const seconds = (performance.now() - begun) / 1000;
    if (answer.done !== lines || answer.wrong > 0) throw new Error(`${what}: ${JSON.stringify(answer)}`);
    measured.push({ what, lines, seconds, ...unitsOf(meter.take()) });
  };
  const people = manyPeople(lines);
  const changed = people.map((person, index) => (index % 10 === 0 ? { ...person, role: 'Head of nursing' } : person));
  await measure('everybody is new', peopleSheet(people));
  await measure('the same file again', peopleSheet(people));
  await measure('each tenth is changed', peopleSheet(changed));
  await measure('only checked', peopleSheet(people), 'true');
  await made.remove();
  return measured;
}

function unitsOf(charges: readonly Charge[]) {
  const sum = (of: (charge: Charge) => number) => charges.reduce((total, charge) => total + of(charge), 0);
  const isPerson = ({ part }: Charge) => part.startsWith('person');
  return {
    people: sum((charge) => (isPerson(charge) ? charge.write : 0)),
    progress: sum((charge) => (isPerson(charge) ? 0 : charge.write)),
    read: sum(({ read }) => read),
  };
}
