/** The columns of a sheet of people that have to be there. */
const columns = [
  'reference',
  'name',
  'email',
  'staffGroup',
  'band',
  'role',
  'managesPeople',
  'leadsCommissioning',
] as const;

/** What a test says of a person in a sheet; all else is filled in. */
export type SheetPerson = Readonly<Record<string, string>> & { readonly reference: string };

/** A sheet of people, as a spreadsheet would write it: further columns are those that the first person has. */
export function peopleSheet(people: readonly SheetPerson[]): string {
  const further = Object.keys(people[0] ?? {}).filter((name) => !columns.some((column) => column === name));
  const header = [...columns, ...further];
  const rows = people.map((person) => {
    const filled: Readonly<Record<string, string>> = { ...filledIn(person.reference), ...person };
    return header.map((name) => `"${(filled[name] ?? '').replaceAll('"', '""')}"`).join(',');
  });
  return `\ufeff${header.join(',')}\r\n${rows.join('\r\n')}\r\n`;
}

/** So many people of one organisation, each as long in words as people are. */
export function manyPeople(count: number, changes: Readonly<Record<string, string>> = {}): SheetPerson[] {
  return Array.from({ length: count }, (_, index) => ({ reference: `E${String(100_000 + index)}`, ...changes }));
}

function filledIn(reference: string) {
  return {
    name: `Example Person ${reference}`,
    email: `${reference.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}@trust.example.org`,
    staffGroup: 'nurses-and-midwives',
    band: '8a',
    role: 'Matron, acute medicine',
    managesPeople: 'yes',
    leadsCommissioning: 'no',
  };
}
