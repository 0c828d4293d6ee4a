import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import { type AuthoriserSettings, refuseIdentitySources } from './authoriser.ts';
import type { Resolver } from './resolve.ts';
import { type Route, routeOf } from './routes.ts';

const routeSchema = z.object({
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.string().optional(),
});
const integrationSchema = z.object({ IntegrationUri: z.string(), TimeoutInMillis: z.coerce.number().default(30_000) });
const authoriserSchema = z.object({
  AuthorizerUri: z.string(),
  IdentitySource: z.array(z.string()).default([]),
  AuthorizerResultTtlInSeconds: z.coerce.number().default(300),
});

/** What an assembly declares of its HTTP API. */
export interface ApiRoutes {
  readonly apiId: string;
  readonly routes: readonly Route[];
  readonly authorisers: readonly AuthoriserSettings[];
  /** Milliseconds that the API waits for the Lambda behind each route, by route key. */
  readonly limits: ReadonlyMap<string, number>;
}

/** The Lambda's ARN in the two forms that API Gateway writes it: bare, and inside an invocation path. */
function lambdaOf(uri: string): string {
  return /\/functions\/(.+)\/invocations$/.exec(uri)?.[1] ?? uri;
}

function readAuthorisers(assembly: Assembly, resolver: Resolver): AuthoriserSettings[] {
  return assembly.resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Authorizer')
    .map((resource) => {
      const properties = authoriserSchema.parse(resolver.properties(resource));
      const settings = {
        logicalId: resource.logicalId,
        lambda: lambdaOf(properties.AuthorizerUri),
        identitySources: properties.IdentitySource,
        keptFor: properties.AuthorizerResultTtlInSeconds * 1000,
      };
      refuseIdentitySources(settings);
      return settings;
    });
}

/** Reads the HTTP API of an assembly. Refuses (throws) route keys, identity sources and targets that cannot be run. */
export function readApiRoutes(assembly: Assembly, resolver: Resolver): ApiRoutes {
  const ofType = (type: string) => assembly.resources.filter((resource) => resource.type === type);
  const integrations = new Map(
    ofType('AWS::ApiGatewayV2::Integration').map((resource) => [
      resource.logicalId,
      integrationSchema.parse(resolver.properties(resource)),
    ]),
  );
  const authorisers = readAuthorisers(assembly, resolver);
  const limits = new Map<string, number>();
  const routes = ofType('AWS::ApiGatewayV2::Route').map((resource) => {
    const { RouteKey, Target, AuthorizationType, AuthorizerId } = routeSchema.parse(resolver.properties(resource));
    const integration = integrations.get(Target.replace('integrations/', ''));
    if (integration === undefined) throw new Error(`${resource.logicalId}: there is no integration ${Target}.`);
    const authoriser = AuthorizationType === 'CUSTOM' ? AuthorizerId : undefined;
    if (AuthorizationType === 'CUSTOM' && !authorisers.some(({ logicalId }) => logicalId === authoriser))
      throw new Error(`${resource.logicalId}: there is no authoriser ${authoriser ?? ''}.`);
    limits.set(RouteKey, integration.TimeoutInMillis);
    return routeOf(RouteKey, lambdaOf(integration.IntegrationUri), authoriser);
  });
  const apiId = ofType('AWS::ApiGatewayV2::Api')[0]?.logicalId ?? 'local';
  return { apiId, routes, authorisers, limits };
}
