import { applicationStatuses, applicationSteps } from '../shared/applications/application-states.ts';
import { cohortStates, cohortSteps } from '../shared/cohorts/cohort-states.ts';
import { statementStatuses, statementSteps } from '../shared/statements/statement-states.ts';
import { placeEnds, placeStates, placeSteps } from '../shared/places/place-states.ts';

/** A way from a state to another, as it is drawn; what comes from nowhere begins there. */
interface DrawnStep {
  readonly from: string | undefined;
  readonly to: string;
  readonly by: readonly string[];
  readonly told: readonly string[];
}

/** docs/states.md: the states of a cohort, of a place, of an application and of a statement, drawn from the data that the code goes by. */
export function describeStates(): string {
  const ofCohorts = cohortSteps.map((step) => ({ ...step, by: [step.by] }));
  return `# States

How a cohort, its places, the applications for them and the statements of what is owed stand, and what leads from one state to another: drawn by
\`npm run docs\` from the data that the code goes by. Of cohorts, places and statements each way names the type of the
change that leads there, as its history keeps it; the tables say what is told.

## Of a cohort

${drawing([{ from: undefined, to: 'draft', by: [], told: [] }, ...ofCohorts], cohortStates, ['cancelled'])}

${table(ofCohorts)}

\`shared/cohorts/cohort-states.ts\`. Opening makes the ledger and fixes the plan but for its days, in one transaction. While it
is open or closed, and not over, a cohort may be moved to other days (\`cohort.moved\`); one that is over, or cancelled, may be archived:
it is left out of the lists (\`cohort.archived\`). Either way it stands as it did.

## Of a place

${drawing(placeSteps, placeStates, placeEnds)}

${table(placeSteps)}

\`shared/places/place-states.ts\`. A place that is \`held\`, \`confirmed\`, \`reminded\` or \`named\` is one of the cohort's places; what is
\`waiting\` is not. When a cohort is cancelled its places stay as they are, and so does a place that passes on to a
successor (\`place.passed-on\`). When a cohort is moved each place is told so (\`place.moved\`), and reminders of the old date count
no more; so it is, untold, where a reminder was lost before it was told (\`due-anew\`). Who is named, and when, is in
[data-model.md](data-model.md#a-place-from-claim-to-name).

## Of an application

${drawing(applicationSteps, applicationStatuses, ['declined', 'selected', 'not-selected'])}

${table(applicationSteps)}

\`shared/applications/application-states.ts\`. Each way names the operations that lead there. Until an application is
endorsed only the person's organisation is told of it; what it holds is in [data-model.md](data-model.md#applications).

## Of a statement

${drawing(statementSteps, statementStatuses, ['settled'])}

${table(statementSteps)}

\`shared/statements/statement-states.ts\`. What a statement says never changes; from \`agreed\` no way leads back. One that comes to nought
is settled as soon as it is agreed. It is disputed five times at most. Before its date it is reminded of once (\`statement.due-soon\`), however it stands, unless it is settled. What
it is made of is in [data-model.md](data-model.md#statements).
`;
}

/** A mermaid diagram: each state by a name without hyphens, the ends leading out. */
function drawing(steps: readonly DrawnStep[], states: readonly string[], ends: readonly string[]): string {
  const all = [...new Set([...states, ...ends])];
  const lines = [
    ...all
      .filter((state) => state.includes('-'))
      .map((state) => `state "${state.replaceAll('-', ' ')}" as ${nameOf(state)}`),
    ...steps.map(({ from, to, by }) => {
      const label = by.length === 0 ? '' : `: ${by.join(', ')}`;
      return `${from === undefined ? '[*]' : nameOf(from)} --> ${nameOf(to)}${label}`;
    }),
    ...ends.map((end) => `${nameOf(end)} --> [*]`),
  ];
  return ['```mermaid', 'stateDiagram-v2', ...lines.map((line) => `  ${line}`), '```'].join('\n');
}

function nameOf(state: string): string {
  return state.replaceAll('-', '_');
}

function table(steps: readonly DrawnStep[]): string {
  const rows = steps.map(({ from, to, by, told }) => [
    from ?? '',
    to,
    by.join(', '),
    told.map((type) => `\`${type}\``).join(', '),
  ]);
  const lines = [['from', 'to', 'by', 'told'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
