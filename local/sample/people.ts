/** A person whom the local issuer signs in without a password. All of them are invented. */
export interface Person {
  /** What one types: `npm run token -- amara`. */
  readonly id: string;
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  /** Who they are, for the sign-in page. */
  readonly about: string;
}

const person = (number: number, id: string, name: string, about: string): Person => ({
  id,
  subject: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  name,
  email: `${id}@example.org`,
  about,
});

/** The sample people, each with what they are there to show. */
export const people: readonly Person[] = [
  person(
    1,
    'amara',
    'Amara Okafor',
    'administrator and programme lead of Barking, Havering and Redbridge (RF4), the host',
  ),
  person(2, 'bilal', 'Bilal Hussain', 'programme lead of North East London (RAT)'),
  person(3, 'carys', 'Carys Morgan', 'programme lead of Barts Health (R1H)'),
  person(4, 'dev', 'Dev Patel', 'programme lead of East London (RWK)'),
  person(5, 'esther', 'Esther Mensah', 'programme lead of Homerton (RQX)'),
  person(6, 'farah', 'Farah Siddiqui', 'programme lead of the London Borough of Redbridge (E09000026)'),
  person(7, 'grace', 'Grace Lim', 'administrator of University College London Hospitals (RRV)'),
  person(8, 'harriet', 'Harriet Doyle', 'head of leadership at Larkfield Retail plc, a mentoring partner'),
  person(9, 'outsider', 'Oona Outsider', 'a member of no organisation: sees nothing'),
];

/** Finds a sample person by the short name or e-mail address. */
export function findPerson(idOrEmail: string): Person | undefined {
  return people.find(({ id, email }) => id === idOrEmail || email === idOrEmail);
}
