import { requestDigest } from '../change.ts';
import { actorId, type Context } from '../context.ts';
import { refusal } from '../errors.ts';
import { expectedVersionOf } from '../operation.ts';
import type { Written } from './buying-rules.ts';

interface Versioned {
  readonly version: number;
  readonly written: Written;
}

interface Writing<Kept> {
  readonly read: () => Promise<Kept | undefined>;
  /** Says whether it was written: if what is there is of the version before. */
  readonly write: (next: Versioned) => Promise<boolean>;
}

/**
 * Writes what an organisation keeps to itself on condition of the version that the caller has seen (0: none yet), and answers
 * it as it then is; sent again, it is answered again. Refuses with `request.stale`.
 */
export async function writeOnceBehind<Kept extends Versioned>(
  context: Context,
  operation: string,
  given: unknown,
  { read, write }: Writing<Kept>,
): Promise<Kept> {
  const seen = expectedVersionOf(context);
  const request = requestDigest(context, operation, given);
  const written = { by: actorId(context.actor), at: context.clock.now().toISOString(), request };
  const isDone = (kept: Kept | undefined) => kept?.version === seen + 1 && kept.written.request === request;
  const before = await read();
  if (before !== undefined && isDone(before)) return before;
  if ((before?.version ?? 0) === seen) await write({ version: seen + 1, written });
  const now = await read();
  if (now !== undefined && isDone(now)) return now;
  throw refusal('request.stale');
}
