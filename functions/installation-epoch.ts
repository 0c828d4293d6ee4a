import { requireEnvironment } from '../shared/environment.ts';

/** The installation's epoch: raised after a restore, so that versions and positions written again are told from the first. */
export function installationEpoch(): number {
  return Number(requireEnvironment('EPOCH'));
}
