import { isList, isObject, type Json, textOf } from './json.ts';

/** What an intrinsic function may ask of the resolver, at the place in a template where it is called. */
export interface Scope {
  /** Names the place in a refusal. */
  readonly where: string;
  /** A resolved value that must be text; refuses (throws) lists and objects. */
  text(value: Json | undefined): string;
  /** A resolved value that must be a list; refuses (throws) others. */
  list(value: Json | undefined): readonly Json[];
  /** What `Ref` gives for a name. */
  reference(name: string): string;
  attribute(logicalId: string, name: string): string;
  /** What a stack exports under a name. */
  imported(name: string): Json;
  /** AWS's own address of something that runs here, as the local one; any other text as it is. */
  local(address: string): string;
}

type Intrinsic = (argument: Json, scope: Scope) => Json;

const pair = (argument: Json): readonly (Json | undefined)[] => (isList(argument) ? argument : []);

function select(argument: Json, scope: Scope): Json {
  const [index, from] = pair(argument);
  const chosen = scope.list(from)[Number(scope.text(index))];
  if (chosen === undefined) throw new Error(`${scope.where} selects an item ${textOf(index)} that is not there.`);
  return chosen;
}

function substitute(argument: Json, scope: Scope): string {
  const [template, variables] = isList(argument) ? argument : [argument];
  const own = isObject(variables) ? variables : {};
  const text = scope.text(template).replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const given = own[name];
    if (given !== undefined) return scope.text(given);
    const [logicalId = whole, ...rest] = name.split('.');
    return rest.length === 0 ? scope.reference(logicalId) : scope.attribute(logicalId, rest.join('.'));
  });
  return scope.local(text);
}

/** The intrinsic functions of CloudFormation that the local run runs. All others are refused by name. */
export const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => scope.reference(scope.text(argument)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...rest] = isList(argument) ? argument.map(textOf) : scope.text(argument).split('.');
    return scope.attribute(logicalId, rest.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = pair(argument);
    const texts = scope.list(parts).map((part) => scope.text(part));
    return scope.local(texts.join(scope.text(separator)));
  },
  'Fn::Select': select,
  'Fn::Split': (argument, scope) => {
    const [separator, from] = pair(argument);
    return scope.text(from).split(scope.text(separator));
  },
  'Fn::Sub': substitute,
  'Fn::ImportValue': (argument, scope) => scope.imported(scope.text(argument)),
};
