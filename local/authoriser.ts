import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { Functions } from './functions.ts';
import { eventOf, type Request } from './http-event.ts';
import { isObject, type Json, jsonSchema, tryParseJson } from './json.ts';
import { arn } from './place.ts';
import type { Match } from './routes.ts';

/** A Lambda authoriser as the template declares it. */
export interface AuthoriserSettings {
  readonly logicalId: string;
  readonly lambda: string;
  readonly identitySources: readonly string[];
  /** Milliseconds an answer is kept; 0 = never. */
  readonly keptFor: number;
}

/** What an authoriser says of a request, as API Gateway answers it. */
export type Verdict =
  | { readonly kind: 'allowed'; readonly context: Json }
  | { readonly kind: 'unauthorised' | 'forbidden' }
  | { readonly kind: 'failed'; readonly reason: string };

const answerSchema = z.object({ isAuthorized: z.boolean(), context: z.record(z.string(), jsonSchema).optional() });

/** Refuses (throws) identity sources that the local run does not read. */
export function refuseIdentitySources({ logicalId, identitySources }: AuthoriserSettings): void {
  for (const source of identitySources)
    if (!/^\$request\.(header|querystring)\.[\w-]+$/.test(source) && source !== '$context.routeKey')
      throw new Error(`${logicalId}: identity source ${source} cannot be run locally.`);
}

function identityOf(source: string, request: Request, { route }: Match): string | undefined {
  if (source === '$context.routeKey') return route.key;
  const name = source.split('.').slice(2).join('.');
  if (source.startsWith('$request.header.')) return request.headers[name.toLowerCase()];
  return new URLSearchParams(request.query).get(name) ?? undefined;
}

/**
 * Makes an authoriser: a missing identity source is answered without asking the Lambda, and the Lambda's word,
 * yes or no, is kept for the template's time on the injected clock, over all routes of the same identity.
 */
export function createAuthoriser(settings: AuthoriserSettings, functions: Functions, clock: Clock) {
  const kept = new Map<string, { readonly verdict: Verdict; readonly until: number }>();

  async function ask(request: Request, match: Match, apiId: string, identity: readonly string[]): Promise<Verdict> {
    const event = {
      ...eventOf(request, match, apiId),
      type: 'REQUEST',
      routeArn: arn('execute-api', `${apiId}/$default/${request.method}${request.path}`),
      identitySource: identity,
    };
    const invocation = await functions.invoke(settings.lambda, JSON.stringify(event));
    if (!invocation.ok) return { kind: 'failed', reason: `the authoriser ${settings.lambda} ${invocation.reason}` };
    const answer = answerSchema.safeParse(tryParseJson(invocation.payload));
    if (!answer.success) return { kind: 'failed', reason: `the authoriser ${settings.lambda} gave no simple response` };
    if (!answer.data.isAuthorized) return { kind: 'forbidden' };
    const context = answer.data.context ?? {};
    return { kind: 'allowed', context: isObject(context) ? context : {} };
  }

  function keep(key: string, verdict: Verdict, now: number): void {
    // Without an identity there is nothing to know a caller by.
    if (settings.keptFor === 0 || settings.identitySources.length === 0) return;
    for (const [old, { until }] of kept) if (until <= now) kept.delete(old);
    kept.set(key, { verdict, until: now + settings.keptFor });
  }

  return {
    async check(request: Request, match: Match, apiId: string): Promise<Verdict> {
      const given = settings.identitySources.flatMap((source) => identityOf(source, request, match) || []);
      if (given.length < settings.identitySources.length) return { kind: 'unauthorised' };
      const key = JSON.stringify(given);
      const now = clock.now().getTime();
      const known = kept.get(key);
      if (known !== undefined && known.until > now) return known.verdict;
      const verdict = await ask(request, match, apiId, given);
      if (verdict.kind !== 'failed') keep(key, verdict, now);
      return verdict;
    },
  };
}
