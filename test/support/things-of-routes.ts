import { pathParametersOf, type Route } from '../../functions/http/route.ts';
import { createApiKey } from '../../shared/api-keys/create-api-key.ts';
import { nominatePerson } from '../../shared/applications/nominate-person.ts';
import type { Clock } from '../../shared/clock.ts';
import type { PersonActor } from '../../shared/context.ts';
import { setCostPlan } from '../../shared/costs/set-cost-plan.ts';
import { importPeople } from '../../shared/imports/import-people.ts';
import { inviteMember } from '../../shared/members/invite-member.ts';
import { addPerson } from '../../shared/people/add-person.ts';
import { proposeNetting } from '../../shared/settlements/propose-netting.ts';
import { proposeSettlement } from '../../shared/settlements/propose-settlement.ts';
import { proposeSuccession } from '../../shared/successions/propose-succession.ts';
import { readSuccession } from '../../shared/successions/successions-items.ts';
import { withdrawSuccession } from '../../shared/successions/withdraw-succession.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, personOf } from './context.ts';
import { givenMember, givenOrganisation } from './given-organisations.ts';
import { givenPosting } from './postings.ts';
import { givenOpenCohort, givenProgramme } from './given.ts';
import { agreedBy, givenStatement } from './statements.ts';

/** The ids of things, by the names that paths and inputs give them. */
export type Things = Readonly<Record<string, string>>;

/** Where things are made: for a host, whose programmes a partner sees. */
export interface ThingMaking {
  readonly table: Table;
  readonly clock: Clock;
  readonly host: PersonActor;
  readonly partner: string;
}

let number = 0;

/** Fresh things of the host's, as far as a route speaks of them. */
export async function thingsFor(
  { operation, path }: Route,
  { table, clock, host, partner }: ThingMaking,
): Promise<Things> {
  const organisation = host.membership?.organisation ?? '';
  const named = new Set([...pathParametersOf(path), ...Object.keys(operation.example)]);
  const administrator = () => contextOf(table, clock, host);
  let cohort: Promise<string> | undefined;
  /** One for all of a route's things; people apply to it where the route speaks of an application. */
  const theCohort = async () =>
    await (cohort ??= (async () => {
      const programme = await givenProgramme(table, clock, organisation, [partner]);
      const plan = { host: organisation, programme, capacity: 100, waitlist: 50, limit: 150 };
      const applications = named.has('application') ? { applications: { closesOn: '2027-08-31' } } : {};
      const opened = await givenOpenCohort(table, clock, { ...plan, ...applications });
      if (/cost-plan|vat-treatments|sharing-rules|quote/.test(path) && operation.name !== 'set-cost-plan') {
        const finance = contextOf(table, clock, personOf(organisation, ['finance']), { expectedVersion: 0 });
        await setCostPlan.perform(finance, { ...setCostPlan.example, cohort: opened });
      }
      return opened;
    })());
  const makers: Readonly<Record<string, () => Promise<string | undefined>>> = {
    programme: async () => await givenProgramme(table, clock, organisation, [partner]),
    cohort: async () => await theCohort(),
    application: async () => {
      const reference = `person-${String((number += 1))}`;
      const person = (
        await addPerson.perform(administrator(), { ...addPerson.example, reference, staffGroup: 'managers' })
      ).id;
      const nomination = { ...nominatePerson.example, cohort: await theCohort(), person };
      return (await nominatePerson.perform(administrator(), nomination)).id;
    },
    member: async () => {
      const subject = `member-${String((number += 1))}`;
      const member = await givenMember(table, clock, { administrator: host, subject, roles: ['staff'] });
      return member.membership?.member;
    },
    person: async () => {
      const reference = `person-${String((number += 1))}`;
      return (await addPerson.perform(administrator(), { ...addPerson.example, reference })).id;
    },
    key: async () => (await createApiKey.perform(administrator(), createApiKey.example)).id,
    customer: async () => await Promise.resolve(partner),
    import: async () => (await importPeople.perform(administrator(), importPeople.example)).id,
    netting: async () => {
      const other = await givenOrganisation(table, clock, host, `Netting ${String((number += 1))}`);
      const finance = contextOf(table, clock, personOf(organisation, ['finance']));
      return (await proposeNetting.perform(finance, { members: [other.membership?.organisation] })).id;
    },
    settlement: async () => await settlingFor(operation.name, { table, clock, host }),
    code: async () => (await inviteMember.perform(administrator(), inviteMember.example)).code,
    statement: async () => await statedFor(operation.name, { table, clock, host, partner }),
  };
  const wanted = Object.entries(makers).filter(([name]) => named.has(name));
  const things = await Promise.all(wanted.map(async ([name, make]) => [name, (await make()) ?? ''] as const));
  const ofSuccession = await succeededFor(operation.name, { table, clock, host, partner });
  const ofPosting = named.has('posting') ? await postedFor(organisation, { table, partner }) : {};
  return { organisation, ...Object.fromEntries(things), ...ofSuccession, ...ofPosting };
}

/** What the partner owes the host, by a posting of its own. */
async function postedFor(
  creditor: string,
  { table, partner }: Pick<ThingMaking, 'table' | 'partner'>,
): Promise<Things> {
  const posting = await givenPosting(table, { creditor, debtor: partner, effectiveOn: '2026-12-07' });
  return { posting: posting.id, creditor, debtor: partner, period: posting.period };
}

/**
 * What routes of successions speak of: a successor to propose; to accept, an organisation that offers itself to the host;
 * and else the host's own succession, by the partner.
 */
async function succeededFor(operation: string, { table, clock, host, partner }: ThingMaking): Promise<Things> {
  if (operation === 'propose-succession') return { successor: partner };
  if (!operation.endsWith('-succession')) return {};
  const organisation = host.membership?.organisation ?? '';
  const own = await readSuccession(table, organisation);
  if (operation === 'accept-succession') {
    if (own?.status === 'proposed') {
      const seen = { expectedVersion: own.version };
      await withdrawSuccession.perform(contextOf(table, clock, host, seen), { organisation });
    }
    const offering = await givenOrganisation(table, clock, host, `Offering ${String((number += 1))}`);
    const offer = { ...proposeSuccession.example, successor: organisation };
    return { organisation: (await proposeSuccession.perform(contextOf(table, clock, offering), offer)).organisation };
  }
  if (own?.status !== 'proposed') {
    const offer = { ...proposeSuccession.example, successor: partner };
    await proposeSuccession.perform(contextOf(table, clock, host), offer);
  }
  return { organisation };
}

/** A statement that a host has issued to its partner; for routes of the debtor, one that the host has received. */
async function statedFor(operation: string, { table, clock, host, partner }: ThingMaking): Promise<string> {
  const own = host.membership?.organisation ?? '';
  const isReceived = ['agree-statement', 'dispute-statement'].includes(operation);
  const [creditor, debtor] = isReceived ? [partner, own] : [own, partner];
  number += 1;
  const month = number % 12;
  const period = `20${String(40 + (Math.floor(number / 12) % 50))}-${String(month + 1).padStart(2, '0')}`;
  return (await givenStatement(table, clock, { creditor, debtor, period })).id;
}

/** An open settlement of what a host owes another by one statement; where it is paid, of what the other owes it. */
async function settlingFor(operation: string, { table, clock, host }: Omit<ThingMaking, 'partner'>): Promise<string> {
  const own = host.membership?.organisation ?? '';
  const administrator = await givenOrganisation(table, clock, host, `Settling ${String((number += 1))}`);
  const other = administrator.membership?.organisation ?? '';
  const [creditor, debtor] = operation === 'confirm-payment' ? [own, other] : [other, own];
  const statement = await givenStatement(table, clock, { creditor, debtor });
  await agreedBy(table, clock, statement);
  const finance = contextOf(table, clock, personOf(own, ['finance']));
  return (await proposeSettlement.perform(finance, { statements: [statement.id] })).id;
}
