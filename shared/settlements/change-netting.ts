import { changeNow } from '../change.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import type { Netting } from './netting.ts';
import { readNetting, replaceNetting } from './nettings-items.ts';

/** How often a change is tried again that another has overtaken: members may well accept at the same moment. */
const attempts = 20;

/**
 * Changes a netting agreement by one conditional write, and answers it as it is now; as it was, when `next` says that
 * there is nothing to change. Refuses with `request.busy` when others came first each time.
 */
export async function changeNetting(
  context: Context,
  found: Netting,
  type: 'accepted' | 'left',
  next: (netting: Netting) => Partial<Netting> | undefined,
): Promise<Netting> {
  let netting: Netting | undefined = found;
  for (let attempt = 0; attempt < attempts && netting !== undefined; attempt += 1) {
    const changed = next(netting);
    if (changed === undefined) return netting;
    const changing = { ...netting, ...changed, version: netting.version + 1, change: changeNow(context, type) };
    if (await replaceNetting(context.table, changing)) return changing;
    netting = await readNetting(context.table, found.id);
  }
  throw refusal('request.busy');
}
