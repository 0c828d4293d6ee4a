import { organisationId } from '../organisations/organisation.ts';

/** For whom a successor acts, where it is not for itself. */
export const predecessor = organisationId
  .optional()
  .describe('An organisation that yours has succeeded: its accounts instead of your own');
