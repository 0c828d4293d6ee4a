import type { APIGatewayEventRequestContextV2, APIGatewayProxyEventV2WithRequestContext } from 'aws-lambda';

/** Where a route has no authoriser, API Gateway leaves it out. */
interface RequestContext extends APIGatewayEventRequestContextV2 {
  readonly authorizer?: { readonly lambda?: unknown };
}

/** A request as API Gateway hands it over (HTTP API, payload 2.0). Header names are in lower case there, always. */
export type ApiEvent = APIGatewayProxyEventV2WithRequestContext<RequestContext>;

/** An answer as API Gateway takes it. */
export interface ApiResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
