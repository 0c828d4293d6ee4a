import type { ViewWrite } from '../aggregate.ts';
import { dueItem } from '../deadlines/deadlines-views.ts';
import { keys } from '../table/keys.ts';
import { beginningOf } from '../clock.ts';
import { lookAgainAt, passingAt, type Succession } from './succession.ts';

/** What is to be done by the clock because of a succession: to begin it on its day, to pass things on, to look once more. */
export function viewsOfSuccession(before: Succession | undefined, after: Succession): readonly ViewWrite[] {
  if (before?.status === after.status && before.on === after.on) return [];
  const due = (subject: string, instant: Date) => [
    dueItem({ aggregate: keys.succession(after.organisation), kind: 'pass-on', subject }, instant, after.version),
  ];
  switch (after.status) {
    case 'accepted':
      return due('begin', beginningOf(after.on));
    case 'passing':
      return due('pass', passingAt(after));
    case 'done':
      return due('look', lookAgainAt(after));
    case 'proposed':
    case 'withdrawn':
      return [];
  }
}
