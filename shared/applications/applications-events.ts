import * as z from 'zod';
import { defineEvent, type Announcement } from '../events/define-event.ts';
import { applicationStatuses } from './application-states.ts';
import { anyReason, type Application } from './application.ts';

const facts = z.object({
  application: z.string().describe('The id of the application; whose it is, is told to nobody'),
  cohort: z.string().describe('The id of the cohort'),
  organisation: z.string().describe('The organisation of the person'),
  status: z.enum(applicationStatuses),
});
const refused = facts.extend({ reason: anyReason.describe('Why, by its code') });
const example = { application: 'app_0123456789ab', cohort: 'coh_0123456789ab', organisation: 'org_abcdefg' };
const toOrganisation = 'Told to the organisation.';
const toBoth = 'Told to the organisation and to the host.';

const submitted = defineEvent({
  type: 'application.submitted',
  version: 1,
  summary: `A person has applied to a cohort, or was nominated by their manager. ${toOrganisation}`,
  data: facts,
  example: { ...example, status: 'applied' },
});
const endorsed = defineEvent({
  type: 'application.endorsed',
  version: 1,
  summary: `The organisation stands behind an application; from now on the host sees it. ${toBoth}`,
  data: facts,
  example: { ...example, status: 'endorsed' },
});
const declined = defineEvent({
  type: 'application.declined',
  version: 1,
  summary: `The organisation does not endorse an application. ${toOrganisation}`,
  data: refused,
  example: { ...example, status: 'declined', reason: 'cannot-be-released' },
});
const selected = defineEvent({
  type: 'application.selected',
  version: 1,
  summary: `The host takes a person, who gets a place of their organisation's. ${toBoth}`,
  data: facts,
  example: { ...example, status: 'selected' },
});
const madeAlternate = defineEvent({
  type: 'application.made-alternate',
  version: 1,
  summary: `The host takes a person if a place comes free and no alternate stands before them. ${toBoth}`,
  data: facts,
  example: { ...example, status: 'alternate' },
});
const notSelected = defineEvent({
  type: 'application.not-selected',
  version: 1,
  summary: `The host does not take a person. ${toBoth}`,
  data: refused,
  example: { ...example, status: 'not-selected', reason: 'others-stronger' },
});
const exceptionMade = defineEvent({
  type: 'application.exception-made',
  version: 1,
  summary: `The host takes into account a person who is not of the programme's audience. ${toBoth}`,
  data: facts,
  example: { ...example, status: 'endorsed' },
});
const withdrawn = defineEvent({
  type: 'application.withdrawn',
  version: 1,
  summary: `An application was withdrawn. ${toOrganisation} To the host too, if it was endorsed.`,
  data: facts,
  example: { ...example, status: 'withdrawn' },
});
const restated = defineEvent({
  type: 'application.restated',
  version: 1,
  summary: `How an application stands, told anew because events were lost. To whoever may see it.`,
  data: facts.extend({ reason: anyReason.optional() }),
  example: { ...example, status: 'endorsed' },
});

export const applicationEvents = [
  submitted,
  endorsed,
  declined,
  selected,
  madeAlternate,
  notSelected,
  exceptionMade,
  withdrawn,
  restated,
];

/** What happened to an application. That the selected person has their place is told by the ledger. */
export function eventsOfApplication(_before: Application | undefined, after: Application): readonly Announcement[] {
  const data = factsOf(after);
  const audience = audienceOf(after);
  const { reason } = after;
  switch (after.change.type) {
    case 'applied':
    case 'nominated':
      return [submitted.announce(data, audience)];
    case 'endorsed':
      return [endorsed.announce(data, audience)];
    case 'declined':
      return reason === undefined ? [] : [declined.announce({ ...data, reason }, audience)];
    case 'selected':
      return [selected.announce(data, audience)];
    case 'alternate':
      return [madeAlternate.announce(data, audience)];
    case 'not-selected':
      return reason === undefined ? [] : [notSelected.announce({ ...data, reason }, audience)];
    case 'exception-made':
      return [exceptionMade.announce(data, audience)];
    case 'withdrawn':
      return [withdrawn.announce(data, audience)];
    default:
      return [];
  }
}

/** How an application stands at present. */
export function restateApplication(after: Application): readonly Announcement[] {
  const reason = after.reason === undefined ? {} : { reason: after.reason };
  return [restated.announce({ ...factsOf(after), ...reason }, audienceOf(after))];
}

function factsOf({ id, cohort, organisation, status }: Application) {
  return { application: id, cohort, organisation, status };
}

/** The host learns of an application once its organisation has endorsed it, and of none before. */
function audienceOf({ organisation, host, endorsedAt }: Application): string[] {
  return endorsedAt === undefined ? [organisation] : [...new Set([organisation, host])];
}
