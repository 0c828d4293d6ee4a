import type { SharingRule } from './sharing-rule.ts';
import type { VatTreatment } from './vat.ts';

/** How a cost is shared: the rule, and how VAT is treated between the host and each partner. */
interface Agreed {
  readonly rule: SharingRule;
  readonly treatments: Record<string, VatTreatment>;
}

/** That places passed from one organisation to the one that has succeeded it. */
interface Passed {
  readonly from: string;
  readonly to: string;
}

/**
 * The terms as they hold once organisations named in them were succeeded by others: a successor takes over the percentage of
 * its predecessor, and VAT is treated as it was, until finance chooses otherwise. Weights stay as they are: a place that passed
 * on keeps the weight of whom it was first confirmed for.
 */
export function inheritedTerms(agreed: Agreed, passed: readonly Passed[]): Agreed {
  return passed.reduce(({ rule, treatments }, { from, to }) => {
    const { [from]: inherited } = treatments;
    const isChosen = Object.hasOwn(treatments, to) || inherited === undefined;
    return {
      rule: inheritedRule(rule, from, to),
      treatments: isChosen ? treatments : { ...treatments, [to]: inherited },
    };
  }, agreed);
}

function inheritedRule(rule: SharingRule, from: string, to: string): SharingRule {
  if (rule.by !== 'percentages') return rule;
  const left = rule.percentages.find(({ organisation }) => organisation === from);
  if (left === undefined) return rule;
  const own = rule.percentages.find(({ organisation }) => organisation === to);
  const others = rule.percentages.filter((one) => one !== left && one !== own);
  const hundredths = left.hundredths + (own?.hundredths ?? 0);
  return { ...rule, percentages: [...others, { organisation: to, hundredths }] };
}
