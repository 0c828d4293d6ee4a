import { actorId, type Context } from '../context.ts';
import { putPersonRelease, type PersonRelease } from './person-releases-items.ts';

/** Notes that a person of an organisation is released for a cohort by their manager; what was noted before is replaced. */
export async function recordRelease(
  context: Context,
  organisation: string,
  release: Pick<PersonRelease, 'cohort' | 'person' | 'by' | 'backfill'>,
): Promise<void> {
  const recordedBy = actorId(context.actor);
  await putPersonRelease(context.table, organisation, {
    ...release,
    recordedBy,
    at: context.clock.now().toISOString(),
  });
}
