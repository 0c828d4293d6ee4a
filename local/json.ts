import { z } from 'zod';

/** Any JSON value, as templates and events hold it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** What JSON.parse gives is JSON by construction: nothing is left to check, and large payloads stay cheap. */
const parsed = z.custom<Json>(() => true);

/** Whether a JSON value is an object (neither a list nor null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Schema of a JSON object, for parts of a template that are read as they are. */
export const jsonObjectSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** Schema of any JSON value, for parts of a template that are read as they are. */
export const jsonSchema = parsed;

/** Schema of a yes or no as templates write it: as such or as text. */
export const yesOrNoSchema = z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]);

/** Parses text as JSON; refuses (throws SyntaxError) what is none. */
export function parseJson(text: string): Json {
  return parsed.parse(JSON.parse(text));
}

/** Parses text as JSON, or answers undefined when it is none. */
export function tryParseJson(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** A JSON value as text: a plain one as it is, lists and objects as JSON, nothing as an empty text. */
export function textOf(value: Json | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
