import type { Charge, Share, Terms } from '../../../shared/costs/share-out.ts';

/** A fraction of whole numbers, of any size: exact. */
interface Exact {
  readonly of: bigint;
  readonly in: bigint;
}

const whole = (amount: bigint): Exact => ({ of: amount, in: 1n });
const absolute = (amount: bigint) => (amount < 0n ? -amount : amount);

/**
 * What each organisation bears to the last fraction of a penny, straight from the words of docs: written apart from
 * shared/costs, in fractions and without any rounding but that of the price of a part of a place.
 */
export function exactShares(terms: Terms, charges: readonly Charge[]): Map<string, Exact> {
  const { host, rule, cancelled } = terms;
  const total = BigInt(terms.shared);
  const all = new Set([host, ...charges.map(({ organisation }) => organisation)]);
  const partsOf = (organisation: string) =>
    charges.filter((charge) => charge.organisation === organisation).map(({ percent }) => BigInt(percent));
  const largest = (parts: readonly bigint[]) => parts.reduce((most, part) => (part > most ? part : most), 0n);
  const sum = (parts: readonly bigint[]) => parts.reduce((so, part) => so + part, 0n);

  if (rule.by === 'fixed-price') {
    const priceOf = (part: bigint) => (BigInt(rule.price) * part * 2n + 100n) / 200n;
    const owed = (organisation: string) =>
      organisation === host || cancelled === true ? 0n : sum(partsOf(organisation).map(priceOf));
    const rest = total - sum([...all].map(owed));
    return new Map([...all].map((one) => [one, whole(one === host ? rest : owed(one))]));
  }
  const weigh = (organisation: string): bigint => {
    const parts = partsOf(organisation);
    const attends = organisation === host ? 100n : largest(parts);
    if (rule.by !== 'percentages' && organisation === host && !rule.host) return 0n;
    switch (rule.by) {
      case 'evenly':
        return attends;
      case 'places':
        return sum(parts);
      case 'weights': {
        const weightOf = (one: string) =>
          BigInt(rule.weights.find((weight) => weight.organisation === one)?.weight ?? rule.otherwise);
        const own = charges.filter((charge) => charge.organisation === organisation);
        const others = new Set(own.flatMap(({ first }) => first ?? []));
        others.delete(organisation);
        const attendsFor = (one: string) =>
          largest(own.filter(({ first = organisation }) => first === one).map(({ percent }) => BigInt(percent)));
        const forItself = organisation === host ? attends : attendsFor(organisation);
        return sum([forItself * weightOf(organisation), ...[...others].map((one) => attendsFor(one) * weightOf(one))]);
      }
      case 'percentages': {
        if (organisation === host) return 1_000_000n - sum([...all].filter((one) => one !== host).map(weigh));
        const own = rule.percentages.find((one) => one.organisation === organisation);
        return BigInt(own?.hundredths ?? 0) * largest(parts);
      }
    }
  };
  const together = cancelled === true ? 0n : sum([...all].map(weigh));
  return new Map(
    [...all].map((one) => {
      if (together === 0n) return [one, whole(one === host ? total : 0n)];
      return [one, { of: total * weigh(one), in: together }];
    }),
  );
}

/** What a division can be seen to do wrong. */
export type Fault = 'sum' | 'off-by-a-penny' | 'organisations' | 'vat' | 'tickets';

/** What is wrong with shares (nothing, where it is empty), and how far the worst of them is from its exact value, in pence. */
export function checkShares(
  terms: Terms,
  charges: readonly Charge[],
  shares: readonly Share[],
): { readonly faults: ReadonlySet<Fault>; readonly furthest: number } {
  const exact = exactShares(terms, charges);
  const faults = new Set<Fault>();
  let furthest = 0;
  if (shares.reduce((so, { net }) => so + net, 0) !== terms.shared) faults.add('sum');
  const names = shares.map(({ organisation }) => organisation);
  if (names.join(' ') !== [...exact.keys()].sort().join(' ')) faults.add('organisations');
  for (const { organisation, net, vat, treatment, tickets } of shares) {
    const { of, in: parts } = exact.get(organisation) ?? whole(0n);
    const away = absolute(BigInt(net) * parts - of);
    if (away >= parts) faults.add('off-by-a-penny');
    furthest = Math.max(furthest, Number(away) / Number(parts));
    const isHost = organisation === terms.host;
    const percent = { standard: 20, reduced: 5 }[String(isHost ? 'none' : terms.treatments[organisation])] ?? 0;
    if (Math.abs(vat * 100 - net * percent) > 50 || (isHost && vat !== 0)) faults.add('vat');
    if (!isHost && treatment !== (terms.treatments[organisation] ?? 'to-be-confirmed')) faults.add('vat');
    const counting = charges.filter((charge) => charge.organisation === organisation && charge.percent > 0);
    if (counting.map(({ ticket }) => ticket).join(' ') !== tickets.join(' ')) faults.add('tickets');
  }
  return { faults, furthest };
}
