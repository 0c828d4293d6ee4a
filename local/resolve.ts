import type { Assembly, Resource } from './assembly.ts';
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

const isFunction = (value: JsonObject) =>
  Object.keys(value).length === 1 && Object.keys(value).every((key) => key === 'Ref' || key.startsWith('Fn::'));

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

  function text(stack: string, value: Json, where: string): string {
    const resolved = resolve(stack, value, where);
    if (typeof resolved === 'object') throw new Error(`${where} should be text but is ${JSON.stringify(resolved)}.`);
    return String(resolved);
  }

  /** AWS's own address of something that runs here becomes the local one. */
  function local(address: string): string {
    for (const [aws, here] of addresses) if (address.startsWith(aws)) return here + address.slice(aws.length);
    return address;
  }

  function list(stack: string, value: Json | undefined, where: string): readonly Json[] {
    const resolved = value === undefined ? undefined : resolve(stack, value, where);
    if (!isList(resolved)) throw new Error(`${where} should be a list.`);
    return resolved;
  }

  function substitute(stack: string, argument: Json, where: string): string {
    const [template, variables] = isList(argument) ? argument : [argument];
    const own = isObject(variables) ? variables : {};
    return text(stack, template ?? '', where).replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const given = own[name];
      if (given !== undefined) return text(stack, given, where);
      const [logicalId = whole, ...rest] = name.split('.');
      return rest.length === 0
        ? reference(stack, logicalId, where)
        : attribute(stack, logicalId, rest.join('.'), where);
    });
  }

  function call(stack: string, name: string, argument: Json, where: string): Json {
    switch (name) {
      case 'Ref':
        return reference(stack, text(stack, argument, where), where);
      case 'Fn::GetAtt': {
        const [logicalId = '', ...rest] = isList(argument) ? argument.map(String) : String(argument).split('.');
        return attribute(stack, logicalId, rest.join('.'), where);
      }
      case 'Fn::Join': {
        const [separator, parts] = isList(argument) ? argument : [];
        const texts = list(stack, parts, where).map((part) => text(stack, part, where));
        return local(texts.join(text(stack, separator ?? '', where)));
      }
      case 'Fn::Select': {
        const [index, from] = isList(argument) ? argument : [];
        return list(stack, from, where)[Number(index)] ?? '';
      }
      case 'Fn::Split': {
        const [separator, from] = isList(argument) ? argument : [];
        return text(stack, from ?? '', where).split(text(stack, separator ?? '', where));
      }
      case 'Fn::Sub':
        return local(substitute(stack, argument, where));
      case 'Fn::ImportValue': {
        const exported = assembly.exports.get(text(stack, argument, where));
        if (exported === undefined)
          throw new Error(`${where} imports ${JSON.stringify(argument)}, which no stack exports.`);
        return resolve(exported.stack, exported.value, where);
      }
      default:
        throw new Error(`${where} uses ${name}, which the local run cannot run.`);
    }
  }

  function resolve(stack: string, value: Json, where: string): Json {
    if (isList(value))
      return value.filter((item) => !isNoValue(item)).map((item, index) => resolve(stack, item, `${where}[${index}]`));
    if (!isObject(value)) return value;
    if (isFunction(value)) {
      const [entry] = Object.entries(value);
      if (entry !== undefined) return call(stack, entry[0], entry[1], where);
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
