import { createTestTable, openFreshDatabase } from '../support/table.ts';
import {
  claimsACohort,
  contestants,
  prepareContestants,
  type Contestant,
  type Prepare,
  type Request,
} from './contestants.ts';
import { quartiles, type Quartiles } from './quartiles.ts';

/** How fast one of them is with so many requests in flight. */
export interface SpeedLine {
  readonly contestant: Contestant;
  readonly inFlight: number;
  /** Requests a second. */
  readonly rate: Quartiles;
  /** Of the raw PutItem and of the raw UpdateItem of the same round: what holds when the machine's speed drifts. */
  readonly ofPut: Quartiles;
  readonly ofUpdate: Quartiles;
}

const rounds = 15;
/** The database and the compilers warm up first. */
const roundsBefore = 5;
/** How often each has its turn in a round. */
const turns = 10;
/** How many are in flight, and how many cohorts each contestant has in a round. */
const loads = [
  { inFlight: 16, cohorts: 20 },
  { inFlight: 1, cohorts: 8 },
] as const;

/**
 * Measures the whole claim handler (event in, answer out) beside raw requests of the SDK through the same client, in turn.
 */
export async function measureSpeed(): Promise<SpeedLine[]> {
  openFreshDatabase();
  const place = await createTestTable();
  const prepared = await prepareContestants(place);
  const lines: SpeedLine[] = [];
  for (const { inFlight, cohorts } of loads) {
    const rates: Record<Contestant, number>[] = [];
    for (let round = -roundsBefore; round < rounds; round += 1) {
      const measured = await measureRound(prepared, inFlight, cohorts, `${String(inFlight)}-${String(round)}`);
      if (round >= 0) rates.push(measured);
    }
    for (const contestant of contestants) {
      const ratioTo = (base: Contestant) => quartiles(rates.map((round) => round[contestant] / round[base]));
      lines.push({
        contestant,
        inFlight,
        rate: quartiles(rates.map((round) => round[contestant])),
        ofPut: ratioTo('raw PutItem of a ledger'),
        ofUpdate: ratioTo('raw UpdateItem, the write of a claim'),
      });
    }
  }
  await place.remove();
  return lines;
}

/** One round: some requests of each in turn, again and again, so that a slow moment of the machine meets all of them. */
async function measureRound(
  prepared: Readonly<Record<Contestant, Prepare>>,
  inFlight: number,
  cohorts: number,
  round: string,
): Promise<Record<Contestant, number>> {
  const requests = cohorts * claimsACohort;
  const ready = await Promise.all(
    contestants.map(async (contestant) => [contestant, await prepared[contestant](cohorts, round)] as const),
  );
  const milliseconds = new Map<Contestant, number>();
  for (let turn = 0; turn < turns; turn += 1) {
    for (let place = 0; place < ready.length; place += 1) {
      const [contestant, request] = ready[(place + turn) % ready.length] ?? [];
      if (contestant === undefined || request === undefined) continue;
      const took = await timeOf(request, (requests / turns) * turn, requests / turns, inFlight);
      milliseconds.set(contestant, (milliseconds.get(contestant) ?? 0) + took);
    }
  }
  const rate = (contestant: Contestant) => (requests * 1000) / (milliseconds.get(contestant) ?? Number.NaN);
  return {
    'raw PutItem of a ledger': rate('raw PutItem of a ledger'),
    'raw UpdateItem, the write of a claim': rate('raw UpdateItem, the write of a claim'),
    'claim handler, a partner’s key': rate('claim handler, a partner’s key'),
    'claim handler, a person': rate('claim handler, a person'),
  };
}

/** Milliseconds that so many requests take from the first on, so many in flight at once. */
async function timeOf(request: Request, first: number, count: number, inFlight: number): Promise<number> {
  let next = first;
  const began = performance.now();
  const lane = async () => {
    for (let index = next; index < first + count; index = next) {
      next += 1;
      await request(index);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return performance.now() - began;
}
