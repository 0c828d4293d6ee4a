import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cohortSchema } from '../../../shared/cohorts/cohort.ts';
import { claimedPlaces, placesJustClaimed } from '../../../shared/places/claimed-places.ts';
import { claimOf, type Ledger } from '../../../shared/places/ledger.ts';
import { cohortOf } from '../../support/cohorts.ts';
import { changesIn, histories } from '../../support/random-ledgers.ts';

/** Every claim of a history: the ledger before and after it, the claim's key, and what its write changed. */
function claimsIn(images: readonly Ledger[]) {
  return changesIn(images).flatMap(({ before, after }) => {
    if (before === undefined || after.change.type !== 'claimed') return [];
    const added = Object.entries(after.entries).filter(([key]) => before.entries[key] === undefined);
    const key = claimOf(added[0]?.[0] ?? '');
    return [{ after, key, changed: { room: after.room, entries: Object.fromEntries(added) } }];
  });
}

const agrees = (justClaimed: typeof placesJustClaimed) =>
  fc.property(histories, (images) => {
    for (const { after, key, changed } of claimsIn(images)) {
      const cohort = cohortSchema.parse({ ...cohortOf(), id: 'coh_0123456789ab', waitlist: after.waitlist });
      const seconds = after.until[key];
      const confirmUntil = seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
      const claim = { key, organisation: `org_${key.slice(0, 7)}`, confirmUntil };
      expect(justClaimed(changed, cohort, claim)).toEqual(claimedPlaces(after, claim));
    }
  });

test('what a claim was just given, from what it changed, is what the whole ledger says', () => {
  fc.assert(agrees(placesJustClaimed), { numRuns: 300 });
});

test('control: that notices when the line is counted wrongly', () => {
  const wrong: typeof placesJustClaimed = (changed, cohort, claim) =>
    placesJustClaimed({ ...changed, room: changed.room + 1 }, cohort, claim);
  expect(fc.check(agrees(wrong), { seed: 1 }).failed).toBe(true);
});
