import type { Relation } from '../access.ts';

/** How an organisation stands to what a host shares: its own, shared with it, or neither. */
export function relationToShared(
  shared: { readonly host: string; readonly sharedWith: 'all' | readonly string[] },
  organisation: string | undefined,
): Relation {
  if (organisation === shared.host) return 'own';
  if (shared.sharedWith === 'all') return 'partner';
  return organisation !== undefined && shared.sharedWith.includes(organisation) ? 'partner' : 'other';
}
