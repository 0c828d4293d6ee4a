import { isList, isObject, type Json, type JsonObject } from './json.ts';
import { fitsOperation, refusedIn } from './pattern-operators.ts';

function alternativeMatches(alternative: Json, actual: Json | undefined): boolean {
  return isObject(alternative) ? fitsOperation(alternative, actual) : alternative === actual;
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

function refusedUnder(key: string, expected: Json): string[] {
  if (key === '$or')
    return isList(expected) && expected.length > 0
      ? expected.flatMap(refusedOperators)
      : ['$or (not a list of patterns)'];
  if (isObject(expected)) return refusedOperators(expected);
  if (!isList(expected) || expected.length === 0) return [`${key} (not a list of alternatives)`];
  return expected.flatMap((alternative) => {
    if (isList(alternative)) return [`${key} (a list in a list)`];
    return isObject(alternative) ? refusedIn(alternative) : [];
  });
}

/** The operators in a pattern that the matcher does not know, by name; keys of the pattern that hold no list are refused too. */
export function refusedOperators(pattern: Json): string[] {
  if (!isObject(pattern)) return ['(not an object)'];
  return Object.entries(pattern).flatMap(([key, expected]) => refusedUnder(key, expected));
}
