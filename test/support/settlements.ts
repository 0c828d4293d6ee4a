import type { Clock } from '../../shared/clock.ts';
import type { Context, PersonActor } from '../../shared/context.ts';
import { acceptNetting } from '../../shared/settlements/accept-netting.ts';
import { confirmPayment } from '../../shared/settlements/confirm-payment.ts';
import { getSettlement } from '../../shared/settlements/get-settlement.ts';
import { proposeNetting } from '../../shared/settlements/propose-netting.ts';
import { proposeSettlement } from '../../shared/settlements/propose-settlement.ts';
import { recordPayment } from '../../shared/settlements/record-payment.ts';
import { withdrawSettlement } from '../../shared/settlements/withdraw-settlement.ts';
import type { Table } from '../../shared/table/table.ts';
import { contextOf, personOf } from './context.ts';
import { givenFirstOrganisation, givenOrganisation } from './given-organisations.ts';
import { openStatements } from './statements.ts';
import { organisationFor } from './successions.ts';

interface Proposal {
  readonly statements?: readonly string[];
  readonly netting?: string;
  readonly through?: string;
}

/** A fresh table with what finance staff do to settle; for each letter there is an organisation. */
export async function openSettlements(clock: Clock, letters: string) {
  const at = await openStatements(clock);
  const { table } = at;
  const inviter = await givenFirstOrganisation(table, clock);
  const people = new Map<string, PersonActor>();
  for (const letter of letters) people.set(letter, await givenOrganisation(table, clock, inviter, letter));
  await at.relay.relayAll();

  const administrator = (letter: string) => people.get(letter) ?? inviter;
  const org = (letter: string) => organisationFor(administrator(letter));
  const as = (letter: string, request: Partial<Context['request']> = {}, on: Table = table) =>
    contextOf(on, clock, personOf(org(letter), ['finance']), request);
  /**
   * A statement that was issued, of so many pence that the first owes the second, below nought a credit note; for a
   * month.
   */
  const issued = async (debtor: string, creditor: string, pence: number, period = '2027-09') =>
    await at.given({ debtor: org(debtor), creditor: org(creditor), net: pence, period });
  return {
    ...at,
    administrator,
    org,
    /** The letters of organisations. */
    letterOf: (organisation: string) => [...people.keys()].find((letter) => org(letter) === organisation) ?? '?',
    as,
    issued,
    /** The id of an agreed one. */
    owe: async (debtor: string, creditor: string, pence: number, period = '2027-09') => {
      const statement = await issued(debtor, creditor, pence, period);
      await at.agree(statement);
      return statement.id;
    },
    /** An agreement that all of them have accepted. */
    net: async (members: string) => {
      const [proposer = '', ...others] = members;
      const { id } = await proposeNetting.perform(as(proposer), { members: others.map(org) });
      for (const member of others) await acceptNetting.perform(as(member), { netting: id });
      return id;
    },
    propose: async (
      letter: string,
      proposal: Proposal,
      { request, on }: { readonly request?: Partial<Context['request']>; readonly on?: Table } = {},
    ) => await proposeSettlement.perform(as(letter, request, on), proposal),
    record: async (letter: string, settlement: string, payment: number, facts = {}, on: Table = table) =>
      await recordPayment.perform(as(letter, {}, on), {
        settlement,
        payment,
        on: clock.now().toISOString().slice(0, 10),
        reference: 'BACS 1',
        ...facts,
      }),
    confirm: async (letter: string, settlement: string, payment: number, on: Table = table) =>
      await confirmPayment.perform(as(letter, {}, on), { settlement, payment }),
    /** Confirms a payment that who pays may not have noted. */
    arrived: async (letter: string, settlement: string, payment: number, on: string) =>
      await confirmPayment.perform(as(letter), { settlement, payment, on }),
    withdraw: async (letter: string, settlement: string, on: Table = table) =>
      await withdrawSettlement.perform(as(letter, {}, on), { settlement }),
    get: async (letter: string, settlement: string) => await getSettlement.perform(as(letter), { settlement }),
  };
}
export type SettlementsTable = Awaited<ReturnType<typeof openSettlements>>;
