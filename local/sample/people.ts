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

/** Short name, name, and what they are there to show; the place in the list makes the subject, so add at the end only. */
const invented: readonly (readonly [id: string, name: string, about: string])[] = [
  ['amara', 'Amara Okafor', 'administrator of Barking, Havering and Redbridge, which hosts Aspiring Leaders'],
  ['bilal', 'Bilal Hussain', 'administrator of North East London NHS Foundation Trust'],
  ['carys', 'Carys Morgan', 'administrator of Barts Health'],
  ['dev', 'Dev Patel', 'administrator of East London NHS Foundation Trust'],
  ['esther', 'Esther Mensah', 'administrator of Homerton Healthcare'],
  ['farah', 'Farah Siddiqui', 'administrator of the London Borough of Redbridge'],
  ['grace', 'Grace Lim', 'administrator of University College London Hospitals'],
  ['harriet', 'Harriet Doyle', 'administrator of Larkfield Retail plc'],
  ['outsider', 'Oona Outsider', 'a member of no organisation: sees nothing'],
  ['idris', 'Idris Bello', 'administrator of NHS North East London, the commissioner'],
  ['jade', 'Jade Campbell', 'administrator of the London Borough of Newham'],
  ['kwame', 'Kwame Asante', 'administrator of Wharfside Mutual'],
  ['leila', 'Leila Haddad', 'administrator of Eastern Community Co-operative'],
  ['marek', 'Marek Nowak', 'administrator of Example Surgery, a GP practice'],
  ['nadia', 'Nadia Rahman', 'programme lead of Barking, Havering and Redbridge'],
  ['owen', 'Owen Price', 'in finance at Barking, Havering and Redbridge'],
  ['priya', 'Priya Nair', 'programme lead of North East London NHS Foundation Trust'],
  ['quentin', 'Quentin Ward', 'a member of staff of North East London NHS Foundation Trust'],
  ['rosa', 'Rosa Almeida', 'in finance at North East London NHS Foundation Trust'],
  ['ruth', 'Ruth Adeleke', 'a manager of North East London NHS Foundation Trust: the line manager of Quentin Ward'],
  ['samira', 'Samira Noor', 'in finance at the London Borough of Redbridge'],
  ['tobias', 'Tobias Reid', 'in finance at Barts Health'],
];

/** The sample people, each with what they are there to show. */
export const people: readonly Person[] = invented.map(([id, name, about], index) => ({
  id,
  subject: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
  name,
  email: `${id}@example.org`,
  about,
}));

/** Finds a sample person by the short name or e-mail address. */
export function findPerson(idOrEmail: string): Person | undefined {
  return people.find(({ id, email }) => id === idOrEmail || email === idOrEmail);
}
