import type { Route } from '../http/route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { applicationRoutes } from './applications.ts';
import { balanceRoutes } from './balance.ts';
import { cohortRoutes } from './cohorts.ts';
import { costRoutes } from './costs.ts';
import { eventRoutes } from './events.ts';
import { importRoutes } from './imports.ts';
import { memberRoutes } from './members.ts';
import { metaRoutes } from './meta.ts';
import { organisationRoutes } from './organisations.ts';
import { peopleRoutes } from './people.ts';
import { placeRoutes } from './places.ts';
import { postingRoutes } from './postings.ts';
import { programmeRoutes } from './programmes.ts';
import { settlementRoutes } from './settlements.ts';
import { statementRoutes } from './statements.ts';

/** A noun of the API: its Lambda's entry file, and its routes. */
export interface Noun {
  readonly noun: string;
  readonly entry: `functions/api/${string}.ts`;
  readonly routes: readonly Route[];
  /** How long one request may take; 10 without it. API Gateway waits for no more than 30. */
  readonly seconds?: number;
  /** Whether transactions of its check items that they do not write (`holds`), for which a Lambda needs a permission of its own. */
  readonly checks?: true;
  /** Whether it deletes items; everything else that goes is deleted by the sweeper, or by its time to live. */
  readonly deletes?: true;
}

/**
 * Every noun of the API with its routes: infra, the local run, the API's description and the access tests are made from
 * this list. Plain data: importing it does nothing and needs nothing of the environment.
 */
export const nouns: readonly Noun[] = [
  { noun: 'organisations', entry: 'functions/api/organisations.ts', routes: organisationRoutes },
  { noun: 'members', entry: 'functions/api/members.ts', routes: memberRoutes },
  { noun: 'people', entry: 'functions/api/people.ts', routes: peopleRoutes },
  { noun: 'api-keys', entry: 'functions/api/api-keys.ts', routes: apiKeyRoutes },
  { noun: 'programmes', entry: 'functions/api/programmes.ts', routes: programmeRoutes },
  { noun: 'cohorts', entry: 'functions/api/cohorts.ts', routes: cohortRoutes, checks: true },
  { noun: 'places', entry: 'functions/api/places.ts', routes: placeRoutes, deletes: true },
  { noun: 'balance', entry: 'functions/api/balance.ts', routes: balanceRoutes },
  { noun: 'applications', entry: 'functions/api/applications.ts', routes: applicationRoutes, seconds: 29 },
  { noun: 'costs', entry: 'functions/api/costs.ts', routes: costRoutes, checks: true },
  { noun: 'postings', entry: 'functions/api/postings.ts', routes: postingRoutes, checks: true, seconds: 29 },
  { noun: 'imports', entry: 'functions/api/imports.ts', routes: importRoutes, seconds: 29 },
  { noun: 'settlements', entry: 'functions/api/settlements.ts', routes: settlementRoutes, seconds: 29 },
  { noun: 'statements', entry: 'functions/api/statements.ts', routes: statementRoutes, seconds: 29, checks: true },
  { noun: 'events', entry: 'functions/api/events.ts', routes: eventRoutes },
  { noun: 'meta', entry: 'functions/api/meta.ts', routes: metaRoutes },
];
