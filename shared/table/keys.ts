/** Where an item stands in the table. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Numbers in sort keys are padded, so that they sort as numbers do. Holds ten thousand million versions. */
const padded = (value: number): string => String(value).padStart(10, '0');

/** How many partitions the lists of due items and of live aggregates are spread over. */
export const shards = 4;

/**
 * Every key pattern of the table, on one page. Named after the item, or after the question that a query asks.
 * An aggregate's partition is `<NOUN>#<id>`; what belongs to it (history, due items) stands beside it.
 */
export const keys = {
  installation: (): Key => ({ pk: 'INSTALLATION', sk: 'INSTALLATION' }),

  organisation: (organisation: string): Key => ({ pk: `ORGANISATION#${organisation}`, sk: 'ORGANISATION' }),
  /** By whom an organisation is to be succeeded, or was. */
  succession: (organisation: string): Key => ({ pk: `ORGANISATION#${organisation}`, sk: 'SUCCESSION' }),
  /** How far it has come with what it passes to its successor. */
  passing: (organisation: string): Key => ({ pk: `ORGANISATION#${organisation}`, sk: 'PASSING' }),
  organisationIdentifier: (scheme: string, value: string): Key => ({
    pk: `IDENTIFIER#${scheme}#${value}`,
    sk: 'IDENTIFIER',
  }),
  /** The directory of organisations that have joined, by name (view). */
  directoryEntry: (name: string, organisation: string): Key => ({
    pk: 'DIRECTORY',
    sk: `${name.toLowerCase()}#${organisation}`,
  }),
  directory: () => 'DIRECTORY',
  member: (organisation: string, member: string): Key => ({
    pk: `ORGANISATION#${organisation}`,
    sk: `MEMBER#${member}`,
  }),
  membersOf: (organisation: string) => ({ pk: `ORGANISATION#${organisation}`, prefix: 'MEMBER#' }),
  /** A person's memberships (first index). */
  membershipsOf: (subject: string) => `PERSON#${subject}`,
  /** An organisation's own record of a person who may take places. */
  person: (organisation: string, person: string): Key => ({
    pk: `ORGANISATION#${organisation}`,
    sk: `PERSON#${person}`,
  }),
  peopleOf: (organisation: string) => ({ pk: `ORGANISATION#${organisation}`, prefix: 'PERSON#' }),
  /** The records of people with an e-mail address, by its digest (first index), and which of them are an organisation's. */
  peopleAt: (emailDigest: string) => `PERSON-AT#${emailDigest}`,
  personAtOrganisation: (person: { readonly organisation: string; readonly id: string }) =>
    `ORGANISATION#${person.organisation}#${person.id}`,
  invitation: (invitation: string): Key => ({ pk: `INVITATION#${invitation}`, sk: 'INVITATION' }),
  apiKey: (key: string): Key => ({ pk: `API-KEY#${key}`, sk: 'API-KEY' }),
  /** An organisation's API keys (first index). */
  apiKeysOf: (organisation: string) => `API-KEYS#${organisation}`,

  programme: (programme: string): Key => ({ pk: `PROGRAMME#${programme}`, sk: 'PROGRAMME' }),
  /** What a host offers, drafts too (view). */
  hostedProgramme: (host: string, programme: string): Key => ({ pk: `HOSTED#${host}`, sk: `PROGRAMME#${programme}` }),
  hostedProgrammes: (host: string) => ({ pk: `HOSTED#${host}`, prefix: 'PROGRAMME#' }),
  /** Published programmes that all may see, or that one organisation is a named partner of (views). */
  publishedProgramme: (audience: string, programme: string): Key => ({
    pk: `PUBLISHED#${audience}`,
    sk: `PROGRAMME#${programme}`,
  }),
  publishedProgrammes: (audience: string) => ({ pk: `PUBLISHED#${audience}`, prefix: 'PROGRAMME#' }),

  cohort: (cohort: string): Key => ({ pk: `COHORT#${cohort}`, sk: 'COHORT' }),
  ledger: (cohort: string): Key => ({ pk: `COHORT#${cohort}`, sk: 'LEDGER' }),
  /** What is known of one place of a cohort, beside its ledger. The cohort stands in both, since the id of an aggregate is its own. */
  place: (cohort: string, ticket: number): Key => ({
    pk: `COHORT#${cohort}`,
    sk: `PLACE#${cohort}-${padded(ticket)}`,
  }),
  placesIn: (cohort: string) => ({ pk: `COHORT#${cohort}`, prefix: 'PLACE#' }),
  /** Why an organisation claimed, and for whom; the host's allocation of all claims. */
  claimReason: (cohort: string, claim: string): Key => ({ pk: `COHORT#${cohort}`, sk: `CLAIM#${claim}` }),
  claimReasons: (cohort: string, beginning = '') => ({ pk: `COHORT#${cohort}`, prefix: `CLAIM#${beginning}` }),
  allocation: (cohort: string, decision: string): Key => ({ pk: `COHORT#${cohort}`, sk: `ALLOCATION#${decision}` }),
  /** That an organisation's claim was refused for want of room: beside the cohort, and by organisation (first index). */
  refusedClaim: (cohort: string, organisation: string): Key => ({
    pk: `COHORT#${cohort}`,
    sk: `REFUSED#${organisation}`,
  }),
  refusedClaims: (cohort: string) => ({ pk: `COHORT#${cohort}`, prefix: 'REFUSED#' }),
  refusedClaimsBy: (organisation: string) => `REFUSED-BY#${organisation}`,
  /** That a person's manager lets them take part in a cohort. */
  personRelease: (organisation: string, person: string, cohort: string): Key => ({
    pk: `ORGANISATION#${organisation}`,
    sk: `RELEASE#${person}#${cohort}`,
  }),
  personReleases: (organisation: string) => ({ pk: `ORGANISATION#${organisation}`, prefix: 'RELEASE#' }),
  /** The places on which a person is, or was to be, named (view). */
  personPlace: (person: string, cohort: string, ticket: number): Key => ({
    pk: `PERSON-PLACES#${person}`,
    sk: `COHORT#${cohort}#${padded(ticket)}`,
  }),
  personPlaces: (person: string) => ({ pk: `PERSON-PLACES#${person}`, prefix: 'COHORT#' }),
  /** An application to a cohort; which one is a person's (each has one at most); and the host's latest selection. */
  application: (cohort: string, application: string): Key => ({
    pk: `COHORT#${cohort}`,
    sk: `APPLICATION#${application}`,
  }),
  applicationsTo: (cohort: string) => ({ pk: `COHORT#${cohort}`, prefix: 'APPLICATION#' }),
  applicant: (cohort: string, person: string): Key => ({ pk: `COHORT#${cohort}`, sk: `APPLICANT#${person}` }),
  /** A person's applications, one a cohort, to be found when they are removed from the record. */
  applicationOf: (person: string, cohort: string): Key => ({ pk: `APPLICATIONS#${person}`, sk: `COHORT#${cohort}` }),
  applicationsOf: (person: string) => ({ pk: `APPLICATIONS#${person}`, prefix: 'COHORT#' }),
  applicantsTo: (cohort: string) => ({ pk: `COHORT#${cohort}`, prefix: 'APPLICANT#' }),
  selection: (cohort: string): Key => ({ pk: `COHORT#${cohort}`, sk: 'SELECTION' }),
  /** A programme's cohorts, drafts too (view, for the host). */
  programmeCohort: (programme: string, cohort: string): Key => ({
    pk: `PROGRAMME#${programme}`,
    sk: `COHORT#${cohort}`,
  }),
  programmeCohorts: (programme: string) => ({ pk: `PROGRAMME#${programme}`, prefix: 'COHORT#' }),
  /** The open cohorts of an audience (`ALL`, or a programme shared with named partners) by first day (view). */
  openCohort: (audience: string, firstDay: string, cohort: string): Key => ({
    pk: `OPEN#${audience}`,
    sk: `${firstDay}#${cohort}`,
  }),
  openCohorts: (audience: string) => `OPEN#${audience}`,

  /** An organisation's places on one cohort (view). */
  organisationPlaces: (organisation: string, cohort: string): Key => ({
    pk: `PLACES#${organisation}`,
    sk: `COHORT#${cohort}`,
  }),
  placesOf: (organisation: string) => ({ pk: `PLACES#${organisation}`, prefix: 'COHORT#' }),

  /** What a cohort costs and how that is shared; and how it was shared so far. */
  costPlan: (cohort: string): Key => ({ pk: `COHORT#${cohort}`, sk: 'COSTS' }),
  /** What an organisation asks of its own people before they claim; and what it has approved to be spent on a cohort. */
  buyingRules: (organisation: string): Key => ({ pk: `ORGANISATION#${organisation}`, sk: 'BUYING-RULES' }),
  approval: (organisation: string, cohort: string): Key => ({
    pk: `ORGANISATION#${organisation}`,
    sk: `APPROVAL#${cohort}`,
  }),
  approvalsOf: (organisation: string) => ({ pk: `ORGANISATION#${organisation}`, prefix: 'APPROVAL#' }),
  /** By which purchase order it orders its places on a cohort, and to which cost centre it books them. */
  order: (organisation: string, cohort: string): Key => ({
    pk: `ORGANISATION#${organisation}`,
    sk: `ORDER#${cohort}`,
  }),
  ordersOf: (organisation: string) => ({ pk: `ORGANISATION#${organisation}`, prefix: 'ORDER#' }),
  /** What a place on a cohort would cost an organisation alone, as it states itself. */
  ownCost: (organisation: string, cohort: string): Key => ({
    pk: `ORGANISATION#${organisation}`,
    sk: `OWN-COST#${cohort}`,
  }),
  shares: (cohort: string): Key => ({ pk: `COHORT#${cohort}`, sk: 'SHARES' }),
  /** What one organisation owes another, by period; and (first index) a cohort's, in the order in which they were made. */
  posting: (creditor: string, debtor: string, period: string, posting: string): Key => ({
    pk: `POSTINGS#${creditor}#${debtor}`,
    sk: `${period}#${posting}`,
  }),
  postingsFor: (creditor: string, debtor: string, period: string) => ({
    pk: `POSTINGS#${creditor}#${debtor}`,
    prefix: period,
  }),
  postingsOfCohort: (cohort: string) => `COHORT-POSTINGS#${cohort}`,
  postingOfCohort: (step: number, debtor: string, posting: string) => `${padded(step)}#${debtor}#${posting}`,
  /** That a posting of a cohort was reversed. */
  reversal: (cohort: string, posting: string): Key => ({ pk: `COHORT#${cohort}`, sk: `REVERSAL#${posting}` }),
  reversalsOf: (cohort: string) => ({ pk: `COHORT#${cohort}`, prefix: 'REVERSAL#' }),
  /** The sum of the postings of a period between two organisations: by creditor, and by debtor (first index). */
  owed: (creditor: string, period: string, debtor: string): Key => ({
    pk: `ORGANISATION#${creditor}`,
    sk: `OWED#${period}#${debtor}`,
  }),
  owedTo: (creditor: string, period = '') => ({ pk: `ORGANISATION#${creditor}`, prefix: `OWED#${period}` }),
  owes: (debtor: string) => `OWES#${debtor}`,
  /** What was accrued of a cohort at the end of a period: by creditor, and by debtor (first index). */
  accrual: (creditor: string, period: string, cohort: string, debtor: string): Key => ({
    pk: `ACCRUALS#${creditor}`,
    sk: `${period}#${cohort}#${debtor}`,
  }),
  accrualsTo: (creditor: string, period: string) => ({ pk: `ACCRUALS#${creditor}`, prefix: `${period}#` }),
  accruedBy: (debtor: string) => `ACCRUED-BY#${debtor}`,
  /** How far an organisation has come with what it accrues at the closing of a period. */
  closing: (organisation: string, period: string): Key => ({
    pk: `ORGANISATION#${organisation}`,
    sk: `CLOSING#${period}`,
  }),
  closingsOf: (organisation: string) => ({ pk: `ORGANISATION#${organisation}`, prefix: 'CLOSING#' }),
  /** Up to which period an organisation has closed its accounts of what it is owed. */
  periods: (organisation: string): Key => ({ pk: `ORGANISATION#${organisation}`, sk: 'PERIODS' }),

  /** That organisations net with one another; and an organisation's own agreements (view). */
  netting: (netting: string): Key => ({ pk: `NETTING#${netting}`, sk: 'NETTING' }),
  organisationNetting: (organisation: string, netting: string): Key => ({
    pk: `NETTINGS#${organisation}`,
    sk: `NETTING#${netting}`,
  }),
  organisationNettings: (organisation: string) => ({ pk: `NETTINGS#${organisation}`, prefix: 'NETTING#' }),
  /** How agreed statements are paid, and its payments; and the settlements that concern an organisation, by day (view). */
  settlement: (settlement: string): Key => ({ pk: `SETTLEMENT#${settlement}`, sk: 'SETTLEMENT' }),
  /** The settlement stands in both, since the id of an aggregate is its own. */
  settlementPayment: (settlement: string, number: number): Key => ({
    pk: `SETTLEMENT#${settlement}`,
    sk: `PAYMENT#${settlement}-${padded(number)}`,
  }),
  settlementPayments: (settlement: string) => ({ pk: `SETTLEMENT#${settlement}`, prefix: 'PAYMENT#' }),
  organisationSettlement: (organisation: string, proposedOn: string, settlement: string): Key => ({
    pk: `SETTLEMENTS#${organisation}`,
    sk: `SETTLEMENT#${proposedOn}#${settlement}`,
  }),
  organisationSettlements: (organisation: string) => ({ pk: `SETTLEMENTS#${organisation}`, prefix: 'SETTLEMENT#' }),
  /** What one organisation owes another for a period, as its creditor states it; and what was disputed of it, round by round. */
  statement: (statement: string): Key => ({ pk: `STATEMENT#${statement}`, sk: 'STATEMENT' }),
  dispute: (statement: string, round: number): Key => ({
    pk: `STATEMENT#${statement}`,
    sk: `DISPUTE#${padded(round)}`,
  }),
  disputesOf: (statement: string) => ({ pk: `STATEMENT#${statement}`, prefix: 'DISPUTE#' }),
  /** The last number of each series of an organisation's invoices and credit notes. */
  statementNumbers: (organisation: string): Key => ({ pk: `ORGANISATION#${organisation}`, sk: 'NUMBERS' }),
  /** An organisation's statements by side and period (view); and (first index) those not settled, and those settled, by the day on which they are due. */
  organisationStatement: (organisation: string, side: string, period: string, statement: string): Key => ({
    pk: `STATEMENTS#${organisation}`,
    sk: `${side}#${period}#${statement}`,
  }),
  statementsOf: (organisation: string) => `STATEMENTS#${organisation}`,
  unsettledStatements: (organisation: string, side: string) => `UNSETTLED#${organisation}#${side}`,
  settledStatements: (organisation: string, side: string) => `SETTLED#${organisation}#${side}`,

  /** An import of a file, and what it reports of its lines: an item for each step, by the last wrong line in it. */
  import: (id: string): Key => ({ pk: `IMPORT#${id}`, sk: 'IMPORT' }),
  importReport: (id: string, line: number): Key => ({ pk: `IMPORT#${id}`, sk: `REPORT#${padded(line)}` }),
  importReports: (id: string) => ({ pk: `IMPORT#${id}`, prefix: 'REPORT#' }),

  /** What one write of an aggregate announced. `aggregate` is the aggregate's own key. */
  history: (aggregate: Key, epoch: number, version: number): Key => ({
    pk: aggregate.pk,
    sk: `HISTORY#${aggregate.sk}#${padded(epoch)}#${padded(version)}`,
  }),
  historyOf: (aggregate: Key, epoch: number) => ({
    pk: aggregate.pk,
    prefix: `HISTORY#${aggregate.sk}#${padded(epoch)}#`,
  }),
  /** What all aggregates of one kind in a partition have announced, in every epoch; and what was announced anew. */
  toldOf: (pk: string, kind: string) => ({ pk, prefix: `HISTORY#${kind}#` }),
  toldAnewOf: (pk: string, kind: string) => ({ pk, prefix: `RESTATED#${kind}#` }),
  /** What was announced anew at a version, because the change's own announcement was lost. */
  restatement: (aggregate: Key, epoch: number, version: number): Key => ({
    pk: aggregate.pk,
    sk: `RESTATED#${aggregate.sk}#${padded(epoch)}#${padded(version)}`,
  }),
  /** Up to which version the sweep has seen an aggregate published without a gap. */
  published: (aggregate: Key, epoch: number): Key => ({
    pk: aggregate.pk,
    sk: `PUBLISHED#${aggregate.sk}#${padded(epoch)}`,
  }),
  /** Where the sweep goes on the next time. */
  sweep: (shard: number): Key => ({ pk: 'SWEEP', sk: `SHARD#${String(shard)}` }),
  /** One entry of a feed; `feed` is `ALL` or an organisation. */
  feedEntry: (feed: string, position: number): Key => ({ pk: `FEED#${feed}`, sk: padded(position) }),
  feed: (feed: string) => `FEED#${feed}`,

  /** Something to be done at an instant, beside its aggregate; found through the first index. */
  deadline: (aggregate: Key, kind: string, subject: string): Key => ({
    pk: aggregate.pk,
    sk: `DUE#${kind}#${subject}`,
  }),
  deadlinesOf: (aggregate: Key, kind: string) => ({ pk: aggregate.pk, prefix: `DUE#${kind}#` }),
  /** Due items by instant (first index). */
  due: (shard: number) => `DUE#${String(shard)}`,
  /** Aggregates that the sweep looks after (second index). */
  live: (shard: number) => `LIVE#${String(shard)}`,
} as const;

/** Which of the spread partitions an aggregate's entries stand in: the same each time. */
export function shardOf(partition: string): number {
  let sum = 0;
  for (const character of partition) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return sum % shards;
}
