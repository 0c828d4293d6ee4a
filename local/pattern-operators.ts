import { isList, isObject, type Json, type JsonObject, textOf } from './json.ts';

/** An operator of event patterns: which arguments it can run with, and whether a value of an event fits one. */
interface Operator {
  runs(argument: Json): boolean;
  fits(argument: Json, actual: Json | undefined): boolean;
}

type Comparison = (actual: string, expected: string) => boolean;

const compare: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const isText = (value: Json | undefined) => typeof value === 'string';
const isScalar = (value: Json) => value === null || typeof value !== 'object';

/** The argument of `{"equals-ignore-case": "…"}`; undefined for anything else. */
function foldedIn(argument: Json): string | undefined {
  const folded = isObject(argument) && Object.keys(argument).length === 1 ? argument['equals-ignore-case'] : undefined;
  return typeof folded === 'string' ? folded : undefined;
}

/** An operator on text. */
function text(matches: Comparison, runs: (argument: Json) => boolean = isText): Operator {
  return {
    runs,
    fits: (argument, actual) => typeof actual === 'string' && typeof argument === 'string' && matches(actual, argument),
  };
}

/** An operator on text that may also be told to take no notice of case. */
function foldable(matches: Comparison): Operator {
  return {
    runs: (argument) => isText(argument) || foldedIn(argument) !== undefined,
    fits(argument, actual) {
      if (typeof actual !== 'string') return false;
      if (typeof argument === 'string') return matches(actual, argument);
      const folded = foldedIn(argument);
      return folded !== undefined && matches(actual.toLowerCase(), folded.toLowerCase());
    },
  };
}

function matchesWildcard(actual: string, expected: string): boolean {
  const pieces = expected.split('*').map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${pieces.join('.*')}$`, 's').test(actual);
}

const numeric: Operator = {
  runs: (argument) =>
    isList(argument) &&
    argument.length > 0 &&
    argument.length % 2 === 0 &&
    argument.every((part, index) => (index % 2 === 0 ? compare[textOf(part)] !== undefined : typeof part === 'number')),
  fits(argument, actual) {
    if (!isList(argument) || typeof actual !== 'number') return false;
    for (let index = 0; index < argument.length; index += 2) {
      const bound = argument[index + 1];
      if (typeof bound !== 'number' || compare[textOf(argument[index])]?.(actual, bound) !== true) return false;
    }
    return true;
  },
};

const negatable = new Set(['equals-ignore-case', 'prefix', 'suffix', 'wildcard']);

/** Values, or operators on text, whose arguments may then be lists. */
const anythingBut: Operator = {
  runs(argument) {
    if (isObject(argument))
      return operationsIn(argument).every(
        ([name, item]) => negatable.has(name) && refusedOperation(name, item) === undefined,
      );
    return isScalar(argument) || (isList(argument) && argument.length > 0 && argument.every(isScalar));
  },
  fits(argument, actual) {
    if (actual === undefined) return false;
    if (isObject(argument))
      return !operationsIn(argument).some(([name, item]) => operators[name]?.fits(item, actual) === true);
    return !(isList(argument) ? argument : [argument]).some((item) => item === actual);
  },
};

/** What `anything-but` says no to: each operator with each of its arguments. */
function operationsIn(expression: JsonObject): (readonly [name: string, argument: Json])[] {
  return Object.entries(expression).flatMap(([name, argument]) =>
    (isList(argument) ? argument : [argument]).map((item) => [name, item] as const),
  );
}

const operators: Readonly<Record<string, Operator>> = {
  'anything-but': anythingBut,
  'equals-ignore-case': text((actual, expected) => actual.toLowerCase() === expected.toLowerCase()),
  exists: {
    runs: (argument) => typeof argument === 'boolean',
    fits: (argument, actual) => (actual !== undefined) === argument,
  },
  numeric,
  prefix: foldable((actual, expected) => actual.startsWith(expected)),
  suffix: foldable((actual, expected) => actual.endsWith(expected)),
  // A backslash would take the meaning from the asterisk after it.
  wildcard: text(matchesWildcard, (argument) => isText(argument) && !textOf(argument).includes('\\')),
};

/** Whether a value fits an operation such as `{"prefix": "place."}`. Unknown operators never fit. */
export function fitsOperation(operation: JsonObject, actual: Json | undefined): boolean {
  return Object.entries(operation).some(([name, argument]) => operators[name]?.fits(argument, actual) === true);
}

function refusedOperation(name: string, argument: Json): string | undefined {
  const operator = operators[name];
  if (operator === undefined) return name;
  return operator.runs(argument) ? undefined : `${name} ${JSON.stringify(argument)}`;
}

/** What in an operation the local run cannot run: operators by name, known ones with the argument that is too much. */
export function refusedIn(operation: JsonObject): string[] {
  const entries = Object.entries(operation);
  // AWS takes one operator to an alternative only.
  if (entries.length !== 1) return [`(${entries.length} operators in one: ${JSON.stringify(operation)})`];
  return entries.flatMap(([name, argument]) => refusedOperation(name, argument) ?? []);
}
