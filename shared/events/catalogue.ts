import { apiKeyEvents } from '../api-keys/api-keys-events.ts';
import { applicationEvents } from '../applications/applications-events.ts';
import { cohortEvents } from '../cohorts/cohorts-events.ts';
import { costPlanEvents } from '../costs/costs-events.ts';
import { sharesEvents } from '../costs/shares-events.ts';
import { memberEvents } from '../members/members-events.ts';
import { organisationEvents } from '../organisations/organisations-events.ts';
import { placeRecordEvents } from '../places/place-records-events.ts';
import { placeEvents } from '../places/places-events.ts';
import { reversalEvents } from '../postings/reversals-events.ts';
import { programmeEvents } from '../programmes/programmes-events.ts';
import { nettingEvents } from '../settlements/nettings-events.ts';
import { statementEvents } from '../statements/statements-events.ts';
import { settlementEvents } from '../settlements/settlements-events.ts';
import { successionEvents } from '../successions/successions-events.ts';
import type { EventDefinition } from './define-event.ts';

/** Every event there is: infra, the docs and the AsyncAPI description are made from this list. */
export const catalogue: readonly EventDefinition[] = [
  ...organisationEvents,
  ...successionEvents,
  ...memberEvents,
  ...apiKeyEvents,
  ...programmeEvents,
  ...cohortEvents,
  ...placeEvents,
  ...placeRecordEvents,
  ...applicationEvents,
  ...costPlanEvents,
  ...reversalEvents,
  ...nettingEvents,
  ...sharesEvents,
  ...settlementEvents,
  ...statementEvents,
];
