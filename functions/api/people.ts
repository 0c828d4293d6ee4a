import { addPerson } from '../../shared/people/add-person.ts';
import { getOwnPerson } from '../../shared/people/get-own-person.ts';
import { getPerson } from '../../shared/people/get-person.ts';
import { listPeople } from '../../shared/people/list-people.ts';
import { removePerson } from '../../shared/people/remove-person.ts';
import { updateOwnPerson } from '../../shared/people/update-own-person.ts';
import { updatePerson } from '../../shared/people/update-person.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const peopleRoutes = [
  route('POST', '/v1/people', addPerson, 201),
  route('GET', '/v1/people', listPeople),
  route('GET', '/v1/people/{person}', getPerson),
  route('PATCH', '/v1/people/{person}', updatePerson),
  route('DELETE', '/v1/people/{person}', removePerson),
  route('GET', '/v1/me/person', getOwnPerson),
  route('PATCH', '/v1/me/person', updateOwnPerson),
] as const;

export const handler = apiHandler(peopleRoutes);
