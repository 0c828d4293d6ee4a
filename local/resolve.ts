import type { Assembly, Resource } from './assembly.ts';
import { intrinsics, type Scope } from './intrinsics.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';
import { ACCOUNT, REGION } from './place.ts';

/** Answers what a resource's attribute is on this machine; attribute undefined means `Ref`. Undefined = unknown. */
export type AttributeOf = (resource: Resource, attribute: string | undefined) => string | undefined;

/** Turns values of a template, with their intrinsic functions, into plain ones. */
export interface Resolver {
  /** Resolves a value found in `stack`; `where` names it in a refusal. Refuses (throws) functions it cannot run. */
  value(stack: string, value: Json, where: string): Json;
  /** Resolves all properties of a resource. */
  properties(resource: Resource): JsonObject;
}

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::NoValue': '',
};

/** The function that an object calls, with its argument; undefined for any other object. */
function callIn(value: JsonObject): readonly [name: string, argument: Json] | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
}

const isNoValue = (value: Json) => isObject(value) && value['Ref'] === 'AWS::NoValue';

/**
 * Makes the resolver of an assembly, given what each resource is called on this machine and which of AWS's addresses,
 * put together by a template, are others here.
 */
export function createResolver(
  assembly: Assembly,
  attributeOf: AttributeOf,
  addresses: ReadonlyMap<string, string> = new Map(),
): Resolver {
  const byId = new Map(assembly.resources.map((resource) => [`${resource.stack}/${resource.logicalId}`, resource]));

  function attribute(stack: string, logicalId: string, name: string | undefined, where: string): string {
    const resource = byId.get(`${stack}/${logicalId}`);
    const found = resource === undefined ? undefined : attributeOf(resource, name);
    if (found === undefined)
      throw new Error(
        `${where} refers to ${name ?? 'Ref'} of ${logicalId} (${resource?.type ?? 'no such resource'}), which the local run does not know.`,
      );
    return found;
  }

  function reference(stack: string, name: string, where: string): string {
    if (name === 'AWS::StackName' || name === 'AWS::StackId') return stack;
    return (
      pseudoParameters[name] ?? assembly.parameters.get(`${stack}/${name}`) ?? attribute(stack, name, undefined, where)
    );
  }

  function local(address: string): string {
    for (const [aws, here] of addresses)
      if (address === aws || address.startsWith(`${aws}/`)) return here + address.slice(aws.length);
    return address;
  }

  function imported(name: string, where: string): Json {
    const exported = assembly.exports.get(name);
    if (exported === undefined) throw new Error(`${where} imports ${name}, which no stack exports.`);
    return resolve(exported.stack, exported.value, where);
  }

  function scopeAt(stack: string, where: string): Scope {
    const resolved = (value: Json | undefined) => (value === undefined ? undefined : resolve(stack, value, where));
    return {
      where,
      text(value) {
        const text = resolved(value);
        if (text === undefined || typeof text === 'object')
          throw new Error(`${where} should be text but is ${JSON.stringify(text)}.`);
        return String(text);
      },
      list(value) {
        const list = resolved(value);
        if (!isList(list)) throw new Error(`${where} should be a list.`);
        return list;
      },
      reference: (name) => reference(stack, name, where),
      attribute: (logicalId, name) => attribute(stack, logicalId, name, where),
      imported: (name) => imported(name, where),
      local,
    };
  }

  function resolve(stack: string, value: Json, where: string): Json {
    if (isList(value))
      return value.filter((item) => !isNoValue(item)).map((item, index) => resolve(stack, item, `${where}[${index}]`));
    if (!isObject(value)) return value;
    const call = callIn(value);
    if (call !== undefined) {
      const [name, argument] = call;
      const intrinsic = intrinsics[name];
      if (intrinsic === undefined) throw new Error(`${where} uses ${name}, which the local run cannot run.`);
      return intrinsic(argument, scopeAt(stack, where));
    }
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => !isNoValue(item))
        .map(([key, item]) => [key, resolve(stack, item, `${where}.${key}`)]),
    );
  }

  return {
    value: resolve,
    properties(resource) {
      const resolved = resolve(resource.stack, resource.properties, resource.logicalId);
      return isObject(resolved) ? resolved : {};
    },
  };
}
