import type { Assembly, Resource } from './assembly.ts';
import { refusedOperators } from './event-pattern.ts';
import { isList, isObject, type Json, tryParseJson } from './json.ts';
import { leftOutResources, type Support, supportedResources } from './supported-resources.ts';

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

function patternsOf(resource: Resource): Json[] {
  if (resource.type === 'AWS::Events::Rule') return [resource.properties['EventPattern'] ?? {}];
  if (resource.type !== 'AWS::Lambda::EventSourceMapping') return [];
  const criteria = resource.properties['FilterCriteria'];
  const filters = isObject(criteria) && isList(criteria['Filters']) ? criteria['Filters'] : [];
  return filters.map((filter) => {
    const pattern = isObject(filter) ? filter['Pattern'] : undefined;
    return typeof pattern === 'string' ? (tryParseJson(pattern) ?? {}) : {};
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

/** Everything in an assembly that matters and cannot be run here, each by logical id and property. */
export function unsupportedIn(assembly: Assembly): string[] {
  return assembly.resources.flatMap(refusalsOf);
}

/** Refuses (throws) an assembly with anything that matters and cannot be run on one machine, naming all of it. */
export function refuseUnsupported(assembly: Assembly): void {
  const refusals = unsupportedIn(assembly);
  if (refusals.length > 0)
    throw new Error(
      `The local run cannot run this app:\n${refusals.map((line) => `  - ${line}`).join('\n')}\nTeach local/ to run it, or list it in local/supported-resources.ts as knowingly left out.`,
    );
}
