import { isList, isObject, type Json, type JsonObject } from './json.ts';

/** Events and patterns are compared as EventBridge and Lambda's filters do. */
type Matcher = (expected: Json, actual: Json | undefined) => boolean;

const compare: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const sameIgnoringCase = (left: Json | undefined, right: Json) =>
  typeof left === 'string' && typeof right === 'string' && left.toLowerCase() === right.toLowerCase();

function text(matches: (actual: string, expected: string) => boolean): Matcher {
  return (expected, actual) => {
    if (typeof actual !== 'string') return false;
    if (typeof expected === 'string') return matches(actual, expected);
    const folded = isObject(expected) ? expected['equals-ignore-case'] : undefined;
    return typeof folded === 'string' && matches(actual.toLowerCase(), folded.toLowerCase());
  };
}

function wildcard(actual: string, expected: string): boolean {
  const pieces = expected.split('*').map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${pieces.join('.*')}$`, 's').test(actual);
}

function numeric(expected: Json, actual: Json | undefined): boolean {
  if (!isList(expected) || typeof actual !== 'number') return false;
  for (let index = 0; index < expected.length; index += 2) {
    const test = compare[String(expected[index])];
    const bound = expected[index + 1];
    if (test === undefined || typeof bound !== 'number' || !test(actual, bound)) return false;
  }
  return true;
}

function anythingBut(expected: Json, actual: Json | undefined): boolean {
  if (actual === undefined) return false;
  if (isObject(expected)) return !someOperator(expected, actual);
  return !(isList(expected) ? expected : [expected]).some((item) => item === actual);
}

const operators: Readonly<Record<string, Matcher>> = {
  'anything-but': anythingBut,
  'equals-ignore-case': (expected, actual) => sameIgnoringCase(actual, expected),
  exists: (expected, actual) => (actual !== undefined) === expected,
  numeric,
  prefix: text((actual, expected) => actual.startsWith(expected)),
  suffix: text((actual, expected) => actual.endsWith(expected)),
  wildcard: text(wildcard),
};

/** Operators whose argument is itself an operator, or a list of values to compare with. */
const nesting = new Set(['anything-but', 'prefix', 'suffix']);

function someOperator(expression: JsonObject, actual: Json | undefined): boolean {
  return Object.entries(expression).some(([name, expected]) => operators[name]?.(expected, actual) === true);
}

function alternativeMatches(alternative: Json, actual: Json | undefined): boolean {
  return isObject(alternative) ? someOperator(alternative, actual) : alternative === actual;
}

/** A list in the event matches when any of its items does; "exists" also looks at the list itself. */
function leafMatches(alternatives: readonly Json[], actual: Json | undefined): boolean {
  const candidates = isList(actual) ? actual : [actual];
  return alternatives.some((alternative) => {
    if (isObject(alternative) && 'exists' in alternative)
      return alternativeMatches(alternative, isObject(actual) ? undefined : actual);
    return candidates.some((candidate) => alternativeMatches(alternative, candidate));
  });
}

function nestedMatches(pattern: JsonObject, actual: Json | undefined): boolean {
  if (isList(actual)) return actual.some((item) => matchesPattern(pattern, item));
  return matchesPattern(pattern, isObject(actual) ? actual : {});
}

/**
 * Whether an event matches an event pattern (EventBridge rules and Lambda's filter criteria alike). Every key of
 * the pattern must match, any alternative of a key suffices. Unknown operators never match: see refusedOperators.
 */
export function matchesPattern(pattern: Json, event: Json): boolean {
  if (!isObject(pattern) || !isObject(event)) return false;
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or') return isList(expected) && expected.some((branch) => matchesPattern(branch, event));
    const actual = event[key];
    return isList(expected) ? leafMatches(expected, actual) : isObject(expected) && nestedMatches(expected, actual);
  });
}

function refusedIn(expression: JsonObject): string[] {
  return Object.entries(expression).flatMap(([name, argument]) => {
    if (operators[name] === undefined) return [name];
    if (name === 'numeric')
      return isList(argument)
        ? argument
            .filter((_, index) => index % 2 === 0 && compare[String(argument[index])] === undefined)
            .map((sign) => `numeric ${String(sign)}`)
        : [name];
    if (!isObject(argument)) return [];
    return nesting.has(name) ? refusedIn(argument) : [name];
  });
}

/** The operators in a pattern that the matcher does not know, by name; keys of the pattern that hold no list are refused too. */
export function refusedOperators(pattern: Json): string[] {
  if (!isObject(pattern)) return ['(not an object)'];
  return Object.entries(pattern).flatMap(([key, expected]) => {
    if (key === '$or') return isList(expected) ? expected.flatMap(refusedOperators) : ['$or'];
    if (isObject(expected)) return refusedOperators(expected);
    if (!isList(expected)) return [`${key} (not a list)`];
    return expected.flatMap((alternative) => (isObject(alternative) ? refusedIn(alternative) : []));
  });
}
