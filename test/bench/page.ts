import type { BundleLine } from './bundles.ts';
import type { CapacityLine } from './capacity-line.ts';
import type { ImportLine } from './imports.ts';
import type { LostAcknowledgements } from './lost-acknowledgements.ts';
import type { NettingLine } from './netting.ts';
import type { PostingsLine } from './postings.ts';
import {
  bundleTable,
  capacityTables,
  importTable,
  lostTable,
  nettingTable,
  postingsTable,
  speedTable,
} from './report.ts';
import type { SpeedLine } from './speed.ts';

/** All that was measured in one run, and on what. */
export interface Measured {
  readonly capacity: readonly CapacityLine[];
  readonly lost: LostAcknowledgements;
  readonly speed: readonly SpeedLine[];
  readonly imports: readonly ImportLine[];
  readonly netting: readonly NettingLine[];
  readonly postings: readonly PostingsLine[];
  readonly bundles: readonly BundleLine[];
  readonly machine: string;
}

/** The page docs/performance.md. */
export function pageOf({ capacity, lost, speed, imports, netting, postings, bundles, machine }: Measured): string {
  return `# Performance

Written by \`npm run bench\`: run it again to write this page anew (\`npm run bench -- --no-write\` only prints,
\`--only capacity\`, \`speed\`, \`imports\`, \`netting\`, \`postings\` or \`bundles\` measures one of the six and writes nothing).

## What operations cost

Capacity units of DynamoDB, by its own rules (test/support/capacity-rules.ts), counted at the client for every attempt: the
larger image of an item in begun KB, refused writes, both places of an entry that moves in an index, transactions at
twice; reads in begun 4 KB, half of it where they may lag, a query by all its items together. DynamoDB Local agrees with the
meter to the byte wherever it measures at all (test/bench/capacity-meter.test.ts). The same every time, on every machine;
test/bench/capacity.test.ts holds it.

"All in" is the operation and everything that follows from it: what the relay writes of history, feeds, views and due
items. Reading the stream is free for Lambda. A request is remembered by its key in the ledger, so idempotency costs
nothing of its own. A person's request reads their membership besides (1 RCU); a cohort whose plan a Lambda has not
met yet is read once (0.5 RCU), and so is, each minute, what an organisation asks for before it claims (0.5 RCU).

${capacityTables(capacity)}

A ledger stays under 1 KB up to about 35 entries; each further KB is one write unit more a decision.

### When answers are lost

Five in a hundred answers never arrive: the SDK sends the same again, the write is refused by what it did the first
time, and the caller gets the answer that was lost. Six organisations claim the three places of a cohort, wait and give back.

${lostTable(lost)}

## How fast a claim is

The whole handler of a claim (the event of API Gateway in, the answer out: chain, access, input, one conditional write,
answer) beside raw requests of the SDK through the same client: the PutItem that replaces a ledger by one of the same bytes,
and the UpdateItem that is the write of a claim, word for word, with nothing of ours around it. All take turns in every
round, forty requests or less at a time, so that a slow moment of the machine meets all of them; ratios are made round by round.

${speedTable(speed)}

How to read it:

- The ratios count. Requests a second depend on the machine, which runs the database and the handler on the same cores.
- What the handler adds is the ratio to the raw UpdateItem. A claim by a partner's key is one request to the table; by a
  person it is two, since memberships are read at every request.
- The ratio to the raw PutItem is as much about DynamoDB Local as about the handler: it parses the expressions of an
  UpdateItem anew each time, while it holds the one lock of its database, and a PutItem has none. The aim is 0.85 of the
  PutItem; with 16 in flight ${aimOf(speed)}.
  What the two take on AWS, where the way there is part of it, is not measured here.
- No test depends on any of these.

## Imports

A sheet of people, by the operation itself: the file is read, each line is compared with what is on record, and what is new or
differs is written, 25 at once. A person is one unit and their place in the index by e-mail address another; of the import
itself, it is written down at its beginning and after each 250 lines how far it has come. The units are the same every
time (test/operations/imports/import-people-again.test.ts holds them); the seconds are those of DynamoDB Local and the
import on the same cores.

${importTable(imports)}

## Netting

A group that nets settles random debts, six to an organisation. Up to twenty organisations the payments are provably the
fewest; above that they are the best found, and "at least" is what no plan can go below, so the gap says how far from the
fewest they may be. What is tried is counted in steps, never by a clock: the payments are the same every time.

${nettingTable(netting)}

## Postings, statements and cost plans

The postings of a pair for a month, their statement as it is issued, and a cost plan, while the table has ever more postings of
others. What is read grows with its own lines and not with the table: the units are the same in every column. The
milliseconds are those of DynamoDB Local on the same machine; a statement is issued once, all else is the median of nine.

${postingsTable(postings)}

## Bundles

Each Lambda's bundle as it is deployed, beside the SDK's clients bundled alone with the same settings. The time is that of
\`import()\` in a fresh process, all bundles in turn, fifteen times; the fastest counts, and the last column is made of it, since whatever
disturbs a machine only adds. A Lambda makes its client at its first request, so none is made here.

${bundleTable(bundles)}

## Measured on

${machine}
`;
}

function aimOf(speed: readonly SpeedLine[]): string {
  const ofPut = (contestant: SpeedLine['contestant']) =>
    speed.find((line) => line.contestant === contestant && line.inFlight > 1)?.ofPut.median ?? Number.NaN;
  const handler = ofPut('claim handler, a partner’s key');
  const update = ofPut('raw UpdateItem, the write of a claim');
  const reached = handler >= 0.85 ? 'it was reached' : 'it was not reached';
  return `${reached}: the handler had ${handler.toFixed(2)}, and the raw UpdateItem by itself ${update.toFixed(2)}`;
}
