/** What went wrong, in the few kinds that an edge can answer to. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'mismatch'
  | 'stale'
  | 'too-large'
  | 'unavailable';

/**
 * Every refusal there is: stable public code, its kind and its title. The API's documents, the portal and the tests
 * read this list; a code is never renamed or given another meaning.
 */
export const refusals = {
  'request.malformed': { kind: 'invalid', title: 'The request cannot be read' },
  'request.invalid': { kind: 'invalid', title: 'The request has fields that are missing, unknown or wrong' },
  'request.too-large': { kind: 'too-large', title: 'The request is too large' },
  'request.stale': { kind: 'stale', title: 'This has changed since you read it' },
  'request.version-missing': { kind: 'invalid', title: 'Say which version you are changing (If-Match)' },
  'request.key-missing': { kind: 'invalid', title: 'Give this request an Idempotency-Key' },
  'request.key-reused': { kind: 'mismatch', title: 'This Idempotency-Key was used for another request' },
  'request.unknown-route': { kind: 'not-found', title: 'There is no such address' },
  'request.busy': { kind: 'unavailable', title: 'Too many changes at the same moment; try again' },
  'request.failed': { kind: 'unavailable', title: 'Something went wrong on our side' },
  'actor.unauthenticated': { kind: 'unauthenticated', title: 'Sign in, or use a valid key' },
  'actor.organisation-missing': { kind: 'invalid', title: 'Say which organisation you act for' },
  'actor.not-allowed': { kind: 'forbidden', title: 'Your roles or scopes do not allow this' },
  'organisation.not-found': { kind: 'not-found', title: 'There is no such organisation' },
  'organisation.identifier-taken': { kind: 'conflict', title: 'An organisation with this identifier is already here' },
  'organisation.succeeded': { kind: 'conflict', title: 'Your organisation was succeeded by another: act for that one' },
  'succession.not-found': { kind: 'not-found', title: 'There is no such succession' },
  'succession.already': { kind: 'conflict', title: 'A succession of your organisation is under way' },
  'succession.in-circle': { kind: 'conflict', title: 'A successor must not be, or be about to be, succeeded itself' },
  'succession.ended': { kind: 'conflict', title: 'The succession was withdrawn, or its day has come' },
  'installation.already-founded': { kind: 'conflict', title: 'This installation has its first organisation already' },
  'invitation.not-found': { kind: 'not-found', title: 'This code is not valid, was used, or has expired' },
  'member.not-found': { kind: 'not-found', title: 'There is no such member' },
  'member.already': { kind: 'conflict', title: 'You are a member of this organisation already' },
  'member.last-administrator': { kind: 'conflict', title: 'An organisation keeps at least one administrator' },
  'person.not-found': { kind: 'not-found', title: 'There is no such person' },
  'person.already': { kind: 'conflict', title: 'A person with this reference is on record already' },
  'person.was-removed': {
    kind: 'conflict',
    title: 'Who had this reference was removed: give a newcomer another one, or say that it is they who return',
  },
  'person.not-unique': {
    kind: 'conflict',
    title: 'Several records have your e-mail address; your programme lead can mend that',
  },
  'api-key.not-found': { kind: 'not-found', title: 'There is no such API key' },
  'programme.not-found': { kind: 'not-found', title: 'There is no such programme' },
  'programme.published': { kind: 'conflict', title: 'A published programme can no longer be changed' },
  'programme.not-published': { kind: 'conflict', title: 'The programme is not published' },
  'cohort.not-found': { kind: 'not-found', title: 'There is no such cohort' },
  'cohort.not-draft': { kind: 'conflict', title: 'Only a draft cohort can be changed in this way' },
  'cohort.not-open': { kind: 'conflict', title: 'The cohort is not open' },
  'cohort.not-over': { kind: 'conflict', title: 'The cohort is neither over nor cancelled' },
  'cohort.by-application': { kind: 'conflict', title: 'The places of this cohort are given to people who apply' },
  'cohort.over': { kind: 'conflict', title: 'The last day of the cohort has passed' },
  'cohort.not-open-yet': { kind: 'conflict', title: 'Claims are not open yet' },
  'cohort.already-ended': { kind: 'conflict', title: 'The cohort is closed or cancelled' },
  'cohort.not-later': { kind: 'conflict', title: 'This is not a later cohort of the same programme' },
  'cohort.archived': { kind: 'conflict', title: 'The cohort is archived: nothing of it is changed any more' },
  'session.not-found': { kind: 'not-found', title: 'The cohort has no such session' },
  'session.not-begun': { kind: 'conflict', title: 'The day of the session has not come' },
  'cohort.capacity-in-use': { kind: 'conflict', title: 'Confirmed places would be lost' },
  'place.not-found': { kind: 'not-found', title: 'There is no such place' },
  'place.full': { kind: 'conflict', title: 'There is no room: every place and the waiting list are taken' },
  'place.not-enough': { kind: 'conflict', title: 'There are not that many free places' },
  'place.over-limit': { kind: 'conflict', title: 'This is more than one organisation may hold here' },
  'place.named': { kind: 'conflict', title: 'A person is named on this place' },
  'place.not-confirmed': { kind: 'conflict', title: 'The place is not confirmed' },
  'place.not-named': { kind: 'conflict', title: 'Nobody is named on this place' },
  'place.frozen': { kind: 'conflict', title: 'The freeze date has passed: the host has to agree' },
  'place.none-unnamed': {
    kind: 'conflict',
    title: 'Your organisation has no confirmed place there on which nobody is named',
  },
  'place.not-complete-yet': { kind: 'conflict', title: 'The day of the last session has not come' },
  'place.not-attended': { kind: 'conflict', title: 'No session was attended: say why it is complete all the same' },
  'certificate.not-found': { kind: 'not-found', title: 'There is no such certificate' },
  'person.not-released': { kind: 'conflict', title: 'The person’s manager has not released them for this cohort' },
  'person.not-eligible': { kind: 'conflict', title: 'The person is not of the audience of this programme' },
  'person.already-named': { kind: 'conflict', title: 'The person is named on another place of this cohort' },
  'allocation.not-closed': { kind: 'conflict', title: 'Claims still count alike until the closing date' },
  'allocation.fixed': { kind: 'conflict', title: 'The order is fixed already' },
  'allocation.none': { kind: 'conflict', title: 'This cohort gives its places first come, first served' },
  'application.not-found': { kind: 'not-found', title: 'There is no such application' },
  'application.none': { kind: 'conflict', title: 'This cohort takes no applications' },
  'application.closed': { kind: 'conflict', title: 'The closing date for applications has passed' },
  'application.not-closed': { kind: 'conflict', title: 'People may still apply until the closing date' },
  'application.already': { kind: 'conflict', title: 'This person has applied or was nominated already' },
  'application.full': { kind: 'conflict', title: 'This cohort has as many applications as it can take' },
  'application.decided': { kind: 'conflict', title: 'The application is too far on for this, or has ended' },
  'application.no-alternate': { kind: 'conflict', title: 'There is no alternate left' },
  'cost.not-found': { kind: 'not-found', title: 'This cohort has no cost plan' },
  'cost.not-shared': {
    kind: 'conflict',
    title: 'How the cost of this cohort is shared is being worked out: ask again in some seconds',
  },
  'cost.rule-fixed': {
    kind: 'conflict',
    title: 'How the cost is shared is fixed since the cohort opened: propose it to all who have places',
  },
  'cost.no-proposal': { kind: 'conflict', title: 'This is not, or no longer, proposed' },
  'cost.not-asked': {
    kind: 'conflict',
    title: 'Only organisations that have a confirmed place there or owe for one, and did not propose it, are asked',
  },
  'claim.purchase-order-needed': {
    kind: 'conflict',
    title: 'Your organisation asks for a purchase order from this amount on: give its reference with the claim',
  },
  'claim.approval-needed': {
    kind: 'conflict',
    title: 'Your organisation asks for the approval of a budget holder from this amount on, and it is not approved',
  },
  'cost.frozen': { kind: 'conflict', title: 'The freeze date has passed: what is planned stays as it is' },
  'posting.not-found': { kind: 'not-found', title: 'There is no such posting' },
  'posting.reversed': { kind: 'conflict', title: 'This posting was reversed already' },
  'period.not-over': { kind: 'conflict', title: 'This month is not over: only a month that is can be closed' },
  'place.busy': { kind: 'unavailable', title: 'Too many places were given back today; try again later' },
  'sheet.unreadable': { kind: 'invalid', title: 'The file cannot be read as a sheet' },
  'import.not-found': { kind: 'not-found', title: 'There is no such import' },
  'netting.not-found': { kind: 'not-found', title: 'There is no such netting agreement' },
  'netting.not-active': {
    kind: 'conflict',
    title: 'Not all members have accepted the netting agreement, or it has ended',
  },
  'settlement.not-found': { kind: 'not-found', title: 'There is no such settlement' },
  'settlement.not-agreed': { kind: 'conflict', title: 'A statement is not agreed' },
  'settlement.taken': { kind: 'conflict', title: 'A statement is in another settlement' },
  'settlement.nothing-owed': { kind: 'conflict', title: 'There is nothing to be paid' },
  'settlement.too-large': {
    kind: 'conflict',
    title: 'These are too many statements for one settlement: settle an earlier month first',
  },
  'settlement.overtaken': {
    kind: 'conflict',
    title: 'Another settlement took one of the statements first: propose it anew',
  },
  'settlement.being-paid': {
    kind: 'conflict',
    title: 'A payment of the settlement is made already: it stays as it is',
  },
  'settlement.settled': { kind: 'conflict', title: 'The settlement is settled' },
  'settlement.withdrawn': { kind: 'conflict', title: 'The settlement was withdrawn' },
  'payment.not-found': { kind: 'not-found', title: 'There is no such payment' },
  'payment.not-payer': { kind: 'conflict', title: 'Only who pays can note that a payment was made' },
  'payment.not-payee': { kind: 'conflict', title: 'Only who is paid can confirm a payment' },
  'payment.not-made': {
    kind: 'conflict',
    title: 'Who pays has not noted the payment yet: say on which day it arrived',
  },
  'payment.already-confirmed': { kind: 'conflict', title: 'The payment is confirmed already' },
  'netting.left': { kind: 'conflict', title: 'Your organisation has left this netting agreement' },
  'netting.ended': { kind: 'conflict', title: 'The netting agreement has ended' },
  'statement.not-found': { kind: 'not-found', title: 'There is no such statement' },
  'statement.period-open': { kind: 'conflict', title: 'The period is not closed yet' },
  'statement.nothing-to-issue': { kind: 'conflict', title: 'Nothing was posted between the two for this period' },
  'statement.already-issued': { kind: 'conflict', title: 'The statement for this period was issued already' },
  'statement.hash-differs': { kind: 'conflict', title: 'This is not the hash of the statement: read it again' },
  'statement.agreed': { kind: 'conflict', title: 'The statement is agreed, and stays as it is' },
  'statement.under-dispute': { kind: 'conflict', title: 'The issuer has not answered the dispute yet' },
  'statement.not-disputed': { kind: 'conflict', title: 'Nothing of the statement waits for an answer' },
  'statement.rounds-spent': { kind: 'conflict', title: 'The statement was disputed as often as it can be' },
  'statement.altered': { kind: 'conflict', title: 'The lines are not those whose hash the statement has' },
  'event.expired': { kind: 'conflict', title: 'The events after this position are no longer kept' },
} as const satisfies Record<string, { kind: ErrorKind; title: string }>;

export type RefusalCode = keyof typeof refusals;

/** A field of the input and what is wrong with it, in words for the person who filled it in. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** What a refusal may carry beside its sentence: the fields that are wrong, and plain facts (never personal data). */
export interface RefusalDetails {
  readonly fields?: readonly FieldError[];
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The one error of the domain: a refusal with a stable code. Anything else that is thrown is a fault of ours. */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, message: string, details: RefusalDetails) {
    super(message);
    this.name = 'AppError';
    this.code = code;
    this.kind = refusals[code].kind;
    this.details = details;
  }
}

/** Makes the error for a refusal; the message defaults to the code's title. Throw what it returns. */
export function refusal(
  code: RefusalCode,
  message: string = refusals[code].title,
  details: RefusalDetails = {},
): AppError {
  return new AppError(code, message, details);
}
