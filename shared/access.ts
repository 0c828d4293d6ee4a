import type { Role, Scope } from './context.ts';

/**
 * How the actor's organisation stands to the one that a thing belongs to: its `own`; a `partner`, with whom the thing is
 * shared (a programme for all is shared with every organisation); any `other`. Who has no organisation has no relation.
 */
export type Relation = 'own' | 'partner' | 'other';

export interface AccessRule {
  /** The roles that may; `public` needs no sign-in, `person` a signed-in person of no particular organisation, `operator` is reached by invoking its Lambda alone. */
  readonly roles: readonly Role[] | 'public' | 'person' | 'operator';
  /** The scope with which an API key may; without one no key may. */
  readonly scope?: Scope;
  /** Not for an organisation that was succeeded by another: what is taken on is taken on by its successor from then on. */
  readonly untilSucceeded?: true;
  /** The relations to the thing's organisation for which there is anything there at all. */
  readonly relations: readonly Relation[];
}

const everyMember: readonly Role[] = ['administrator', 'programme-lead', 'finance', 'manager', 'staff'];
const leads: readonly Role[] = ['administrator', 'programme-lead'];
const leadsAndManagers: readonly Role[] = ['administrator', 'programme-lead', 'manager'];
const administrators: readonly Role[] = ['administrator'];
const planners: readonly Role[] = ['programme-lead', 'finance'];
const leadsAndFinance: readonly Role[] = ['administrator', 'programme-lead', 'finance'];
const finance: readonly Role[] = ['finance'];

/** Who may do what: one line an operation, and the only place that decides. What has no line cannot be called. */
export const access = {
  'get-health': { roles: 'public', relations: ['own'] },
  'get-api-description': { roles: 'public', relations: ['own'] },

  'found-organisation': { roles: 'operator', relations: ['own'] },
  'get-me': { roles: 'person', relations: ['own'] },
  'accept-invitation': { roles: 'person', relations: ['own'] },
  'list-organisations': { roles: everyMember, scope: 'programmes:read', relations: ['own'] },
  'get-organisation': { roles: everyMember, scope: 'programmes:read', relations: ['own', 'partner', 'other'] },
  'propose-succession': { roles: administrators, untilSucceeded: true, relations: ['own'] },
  'accept-succession': { roles: administrators, untilSucceeded: true, relations: ['own'] },
  'withdraw-succession': { roles: administrators, relations: ['own', 'partner'] },
  'get-succession': { roles: administrators, relations: ['own', 'partner'] },
  'invite-organisation': { roles: administrators, untilSucceeded: true, relations: ['own'] },
  'invite-member': { roles: administrators, untilSucceeded: true, relations: ['own'] },
  'list-members': { roles: administrators, relations: ['own'] },
  'change-member-roles': { roles: administrators, relations: ['own'] },
  'remove-member': { roles: administrators, relations: ['own'] },
  'create-api-key': { roles: administrators, untilSucceeded: true, relations: ['own'] },
  'list-api-keys': { roles: administrators, relations: ['own'] },
  'revoke-api-key': { roles: administrators, relations: ['own'] },

  'add-person': { roles: leads, scope: 'people:write', untilSucceeded: true, relations: ['own'] },
  'update-person': { roles: leads, scope: 'people:write', untilSucceeded: true, relations: ['own'] },
  'remove-person': { roles: leads, scope: 'people:write', untilSucceeded: true, relations: ['own'] },
  'get-person': { roles: leadsAndManagers, scope: 'people:read', relations: ['own'] },
  'list-people': { roles: leadsAndManagers, scope: 'people:read', relations: ['own'] },
  'get-own-person': { roles: everyMember, relations: ['own'] },
  'update-own-person': { roles: everyMember, untilSucceeded: true, relations: ['own'] },

  'create-programme': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'update-programme': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'publish-programme': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'get-programme': { roles: everyMember, scope: 'programmes:read', relations: ['own', 'partner'] },
  'list-programmes': { roles: everyMember, scope: 'programmes:read', relations: ['own'] },

  'create-cohort': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'copy-cohort': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'update-cohort': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'open-cohort': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'close-cohort': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'cancel-cohort': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'move-cohort': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'archive-cohort': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'change-capacity': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'get-cohort': { roles: everyMember, scope: 'programmes:read', relations: ['own', 'partner'] },
  'get-own-calendar': { roles: everyMember, relations: ['own'] },
  'get-cohort-calendar': { roles: everyMember, scope: 'programmes:read', relations: ['own', 'partner'] },
  'list-programme-cohorts': { roles: leads, scope: 'programmes:read', relations: ['own'] },
  'list-open-cohorts': { roles: everyMember, scope: 'programmes:read', relations: ['own'] },

  'claim-place': { roles: leads, scope: 'places:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'give-back-place': { roles: leads, scope: 'places:write', relations: ['own', 'partner'] },
  'name-place': { roles: leads, scope: 'places:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'replace-named-person': { roles: leads, scope: 'places:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'unname-place': { roles: leads, scope: 'places:write', relations: ['own', 'partner'] },
  'defer-person': { roles: leads, scope: 'places:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'release-person': {
    roles: ['administrator', 'programme-lead', 'manager'],
    scope: 'places:write',
    untilSucceeded: true,
    relations: ['own', 'partner'],
  },
  'allow-late-naming': { roles: leads, scope: 'places:write', relations: ['own'] },
  'make-exception': { roles: leads, scope: 'places:write', relations: ['own'] },
  'list-cohort-people': { roles: leads, scope: 'people:read', relations: ['own', 'partner'] },
  'record-attendance': { roles: leads, scope: 'places:write', relations: ['own'] },
  'complete-place': { roles: leads, scope: 'places:write', relations: ['own'] },
  'withdraw-completion': { roles: leads, scope: 'places:write', relations: ['own'] },
  'list-cohort-attendance': { roles: leads, scope: 'places:read', relations: ['own', 'partner'] },
  'get-certificate': { roles: everyMember, scope: 'people:read', relations: ['own', 'partner'] },
  'get-allocation': { roles: leads, scope: 'places:read', relations: ['own'] },
  'fix-allocation': { roles: leads, scope: 'places:write', relations: ['own'] },
  'list-cohort-places': { roles: everyMember, scope: 'places:read', relations: ['own', 'partner'] },
  'list-own-places': { roles: everyMember, relations: ['own'] },
  'list-organisation-places': { roles: everyMember, scope: 'places:read', relations: ['own'] },

  'export-cohort': { roles: leads, scope: 'places:read', relations: ['own'] },
  'export-organisation-places': { roles: everyMember, scope: 'places:read', relations: ['own'] },
  'get-balance': {
    roles: ['administrator', 'programme-lead', 'finance'],
    scope: 'places:read',
    relations: ['own'],
  },
  'get-unmet-demand': { roles: leads, scope: 'places:read', relations: ['own'] },

  'submit-application': { roles: everyMember, untilSucceeded: true, relations: ['own', 'partner'] },
  'nominate-person': {
    roles: leadsAndManagers,
    scope: 'places:write',
    untilSucceeded: true,
    relations: ['own', 'partner'],
  },
  'endorse-application': { roles: leads, scope: 'places:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'decline-application': { roles: leads, scope: 'places:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'withdraw-application': {
    roles: everyMember,
    scope: 'places:write',
    untilSucceeded: true,
    relations: ['own', 'partner'],
  },
  'get-application': { roles: everyMember, scope: 'people:read', relations: ['own', 'partner'] },
  'list-applications': { roles: everyMember, scope: 'people:read', relations: ['own', 'partner'] },
  'select-applicants': { roles: leads, scope: 'places:write', relations: ['own'] },
  'make-applicant-exception': { roles: leads, scope: 'places:write', relations: ['own'] },
  'take-alternate': { roles: leads, scope: 'places:write', relations: ['own'] },

  'set-cost-plan': { roles: planners, scope: 'costs:write', relations: ['own'] },
  'record-actual-costs': { roles: planners, scope: 'costs:write', relations: ['own'] },
  'set-vat-treatment': { roles: finance, scope: 'costs:write', relations: ['own'] },
  'propose-sharing-rule': { roles: planners, scope: 'costs:write', relations: ['own'] },
  'withdraw-sharing-rule': { roles: planners, scope: 'costs:write', relations: ['own'] },
  'agree-sharing-rule': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'decline-sharing-rule': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'set-buying-rules': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'get-buying-rules': { roles: leadsAndFinance, scope: 'costs:read', relations: ['own'] },
  'approve-spending': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'withdraw-approval': { roles: finance, scope: 'costs:write', relations: ['own', 'partner'] },
  'get-approval': { roles: leadsAndFinance, scope: 'costs:read', relations: ['own', 'partner'] },
  'set-purchase-order': {
    roles: leadsAndFinance,
    scope: 'costs:write',
    untilSucceeded: true,
    relations: ['own', 'partner'],
  },
  'get-purchase-order': { roles: leadsAndFinance, scope: 'costs:read', relations: ['own', 'partner'] },
  'quote-places': { roles: leadsAndFinance, scope: 'costs:read', relations: ['own', 'partner'] },
  'get-shares': { roles: planners, scope: 'costs:read', relations: ['own', 'partner'] },
  'get-cost-plan': { roles: planners, scope: 'costs:read', relations: ['own', 'partner'] },
  'state-own-cost': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own', 'partner'] },
  'withdraw-own-cost': { roles: finance, scope: 'costs:write', relations: ['own', 'partner'] },
  'get-own-cost': { roles: planners, scope: 'costs:read', relations: ['own', 'partner'] },
  'get-savings': { roles: planners, scope: 'costs:read', relations: ['own', 'partner'] },
  'get-year-savings': { roles: planners, scope: 'costs:read', relations: ['own'] },
  'close-period': { roles: finance, scope: 'costs:write', relations: ['own'] },
  'get-periods': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'reverse-posting': { roles: finance, scope: 'costs:write', relations: ['own'] },
  'list-postings': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'explain-posting': { roles: finance, scope: 'costs:read', relations: ['own', 'partner'] },
  'export-journal': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'list-cohort-postings': { roles: finance, scope: 'costs:read', relations: ['own', 'partner'] },

  'import-people': { roles: leads, scope: 'people:write', untilSucceeded: true, relations: ['own'] },
  'import-cohorts': { roles: leads, scope: 'programmes:write', relations: ['own'] },
  'get-import': { roles: leads, scope: 'people:read', relations: ['own'] },

  'propose-netting': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'accept-netting': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'leave-netting': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'get-netting': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'list-nettings': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'propose-settlement': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'withdraw-settlement': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'record-payment': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'confirm-payment': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'get-settlement': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'list-settlements': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'issue-statement': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'get-statement': { roles: finance, scope: 'costs:read', relations: ['own', 'partner'] },
  'list-statement-lines': { roles: finance, scope: 'costs:read', relations: ['own', 'partner'] },
  'export-statement': { roles: finance, scope: 'costs:read', relations: ['own', 'partner'] },
  'print-statement': { roles: finance, scope: 'costs:read', relations: ['own', 'partner'] },
  'list-statements': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'list-statements-to-issue': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'get-ageing': { roles: finance, scope: 'costs:read', relations: ['own'] },
  'dispute-statement': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'answer-dispute': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },
  'agree-statement': { roles: finance, scope: 'costs:write', untilSucceeded: true, relations: ['own'] },

  'list-events': { roles: leadsAndFinance, scope: 'events:read', relations: ['own'] },
} as const satisfies Record<string, AccessRule>;

export type OperationName = keyof typeof access;
