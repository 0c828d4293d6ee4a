import type { Assembly, Resource } from './assembly.ts';
import { refusedOperators } from './event-pattern.ts';
import { isList, isObject, type Json, tryParseJson } from './json.ts';
import { leftOutResources } from './left-out-resources.ts';
import { type Support, supportedResources } from './supported-resources.ts';

interface Leaf {
  readonly path: string;
  readonly value: Json;
}

const isIntrinsic = (key: string) => key === 'Ref' || key.startsWith('Fn::');

/** Every property path of a value down to what is no plain object or list: `Targets[].Arn`. */
function leavesOf(value: Json, path: string): Leaf[] {
  if (isList(value)) return value.flatMap((item) => leavesOf(item, `${path}[]`));
  if (isObject(value) && !Object.keys(value).some(isIntrinsic) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, item]) => leavesOf(item, path === '' ? key : `${path}.${key}`));
  return [{ path, value }];
}

const covers = (listed: string, path: string) =>
  path === listed || path.startsWith(`${listed}.`) || path.startsWith(`${listed}[`);

function refusedProperties(resource: Resource, support: Support): string[] {
  const known = [...support.runs, ...Object.keys(support.leaves ?? {}), ...Object.keys(support.only ?? {})];
  return leavesOf(resource.properties, '').flatMap(({ path, value }) => {
    if (path === '') return [];
    if (!known.some((listed) => covers(listed, path))) return [`property ${path}`];
    const allowed = support.only?.[path];
    if (allowed !== undefined && !isObject(value) && !allowed.some((item) => item === value))
      return [`property ${path} = ${JSON.stringify(value)} (only ${allowed.join(', ')})`];
    return [];
  });
}

/** The patterns of a rule or a mapping; one that can be read only when it is deployed is a text, and so refused. */
function patternsOf(resource: Resource): Json[] {
  if (resource.type === 'AWS::Events::Rule') return [resource.properties['EventPattern'] ?? {}];
  if (resource.type !== 'AWS::Lambda::EventSourceMapping') return [];
  const criteria = resource.properties['FilterCriteria'];
  const filters = isObject(criteria) && isList(criteria['Filters']) ? criteria['Filters'] : [];
  return filters.map((filter) => {
    const pattern = isObject(filter) ? filter['Pattern'] : undefined;
    return typeof pattern === 'string' ? (tryParseJson(pattern) ?? pattern) : 'put together at deployment';
  });
}

function refusalsOf(resource: Resource): string[] {
  const name = `${resource.logicalId} (${resource.type}, ${resource.path})`;
  if (leftOutResources[resource.type] !== undefined) return [];
  const support = supportedResources[resource.type];
  if (support === undefined) return [`${name}: this type of resource`];
  return [
    ...(resource.condition === undefined ? [] : [`condition ${resource.condition}`]),
    ...refusedProperties(resource, support),
    ...patternsOf(resource).flatMap((pattern) =>
      refusedOperators(pattern).map((operator) => `pattern operator ${operator}`),
    ),
  ].map((what) => `${name}: ${what}`);
}

/** Types of which the local run runs one: they share its one API, database and issuer. */
const single = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::GlobalTable',
]);

/** What clashes with an earlier resource: a second one of a single kind, and the same logical id in another stack. */
function clashesIn(resources: readonly Resource[]): string[] {
  return resources.flatMap((resource, index) => {
    if (supportedResources[resource.type] === undefined) return [];
    const earlier = resources.slice(0, index).filter(({ type }) => type === resource.type);
    const name = `${resource.logicalId} (${resource.type}, ${resource.path})`;
    if (single.has(resource.type) && earlier.length > 0) return [`${name}: a second one`];
    const twin = earlier.find(({ logicalId }) => logicalId === resource.logicalId);
    return twin === undefined ? [] : [`${name}: the logical id of ${twin.path}`];
  });
}

/** Everything in an assembly that matters and cannot be run here, each by logical id and property. */
export function unsupportedIn(assembly: Assembly): string[] {
  return [...assembly.resources.flatMap(refusalsOf), ...clashesIn(assembly.resources)];
}

/** Refuses (throws) an assembly with anything that matters and cannot be run on one machine, naming all of it. */
export function refuseUnsupported(assembly: Assembly): void {
  const refusals = unsupportedIn(assembly);
  if (refusals.length > 0)
    throw new Error(
      `The local run cannot run this app:\n${refusals.map((line) => `  - ${line}`).join('\n')}\nTeach local/ to run it, or list it in local/supported-resources.ts as knowingly left out.`,
    );
}
