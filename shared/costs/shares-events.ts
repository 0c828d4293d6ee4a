import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { period } from '../postings/period.ts';
import { postingReasons } from '../postings/posting.ts';
import { signedPence } from './pence.ts';
import { postedChange, type Shares } from './shares.ts';

const share = z.object({
  cohort: z.string().describe('The id of the cohort'),
  host: z.string().describe('The organisation that offers it, to which shares are owed'),
  organisation: z.string().describe('Whose share it is'),
  net: signedPence.describe('Its share now, in pence (GBP), net of VAT'),
  vat: signedPence.describe('What the host adds in VAT'),
});
const example = {
  cohort: 'coh_0123456789ab',
  host: 'org_0123456',
  organisation: 'org_abcdefg',
  net: 291_834,
  vat: 0,
};
const toPartnerAndHost = 'Told to the organisation and to the host.';
const readBy = 'get-shares';

const forecast = defineEvent({
  type: 'cost.forecast',
  version: 1,
  summary: `What an organisation is likely to bear of the cost of a cohort has changed; nothing is owed before the freeze date. ${toPartnerAndHost}`,
  data: share.extend({ freezesOn: z.iso.date().describe('The freeze date: from then on shares are owed') }),
  example: { ...example, freezesOn: '2027-09-07' },
  readBy,
});
const shared = defineEvent({
  type: 'cost.shared',
  version: 1,
  summary: `A share, or the difference to what it was before, was posted: it is owed. ${toPartnerAndHost}`,
  // Shares are seen by who plans the cohort too; what was posted, by finance alone.
  readBy: 'list-cohort-postings',
  data: share.extend({
    postings: z
      .array(
        z.object({
          posting: z.string(),
          net: signedPence,
          vat: signedPence,
          effectiveOn: z.iso.date(),
          period,
          reason: z.enum(postingReasons),
        }),
      )
      .describe('What was posted now'),
  }),
  example: {
    ...example,
    postings: [
      {
        posting: 'pst_0123456789abcdef',
        net: 291_834,
        vat: 0,
        effectiveOn: '2027-09-07',
        period: '2027-09',
        reason: 'share' as const,
      },
    ],
  },
});
const restated = defineEvent({
  type: 'cost.shares-restated',
  version: 1,
  summary: `What an organisation bears of the cost of a cohort, told anew because events were lost. ${toPartnerAndHost}`,
  data: share.extend({ status: z.enum(['forecast', 'posted']) }),
  example: { ...example, status: 'posted' as const },
  readBy,
});

export const sharesEvents = [forecast, shared, restated];

/** What happened to the shares of a cohort. The host is told of each partner's, and of its own as a forecast only. */
export function eventsOfShares(before: Shares | undefined, after: Shares): readonly Announcement[] {
  if (before?.version === after.version) return [];
  if (after.change.type === 'forecast') return forecasts(before, after);
  const change = postedChange.safeParse(after.change).data;
  const perDebtor = Map.groupBy(change?.posted ?? [], ({ organisation }) => organisation);
  return [...perDebtor].map(([organisation, posted]) => {
    const postings = posted.map(({ organisation: _debtor, ...posting }) => posting);
    return shared.announce(
      { ...standing(after, organisation), postings },
      audienceOf(after, organisation),
      organisation,
    );
  });
}

/** The forecast of each organisation for which it is another than before. */
function forecasts(before: Shares | undefined, after: Shares): Announcement[] {
  const organisations = new Set([...(before?.shares ?? []), ...after.shares].map(({ organisation }) => organisation));
  return [...organisations].flatMap((organisation) => {
    const is = standing(after, organisation);
    const was = before === undefined ? undefined : standing(before, organisation);
    const isSame = was?.net === is.net && was.vat === is.vat && before?.freezesOn === after.freezesOn;
    if (isSame) return [];
    const data = { ...is, freezesOn: after.freezesOn };
    return [forecast.announce(data, audienceOf(after, organisation), organisation)];
  });
}

/** The shares of a cohort as they stand. */
export function restateShares(after: Shares): readonly Announcement[] {
  return after.shares.map(({ organisation }) =>
    restated.announce(
      { ...standing(after, organisation), status: after.status },
      audienceOf(after, organisation),
      organisation,
    ),
  );
}

function standing({ cohort, host, shares }: Shares, organisation: string) {
  const { net = 0, vat = 0 } = shares.find((one) => one.organisation === organisation) ?? {};
  return { cohort, host, organisation, net, vat };
}

function audienceOf({ host }: Shares, organisation: string): string[] {
  return organisation === host ? [host] : [organisation, host];
}
