import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { LambdaFunction } from './lambda-function.ts';

const methods = {
  GET: HttpMethod.GET,
  POST: HttpMethod.POST,
  PUT: HttpMethod.PUT,
  PATCH: HttpMethod.PATCH,
  DELETE: HttpMethod.DELETE,
} as const;

/** A route as the API needs it: the method, the path with its parameters in braces, and whether anyone may call it. */
export interface ApiRoute {
  readonly method: keyof typeof methods;
  readonly path: string;
  readonly open: boolean;
}

/**
 * What is written down of each request. The route is its pattern, not the address, and neither the caller's address nor
 * their browser is named: nothing here is personal data.
 */
const accessLog = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  lambdaMilliseconds: '$context.integrationLatency',
  bytes: '$context.responseLength',
  error: '$context.error.responseType',
  authoriserError: '$context.authorizer.error',
  lambdaError: '$context.integrationErrorMessage',
});

/** The HTTP API: routes to the Lambda of their noun, behind the authoriser unless the route is open to all. */
export class Api extends Construct {
  readonly stage: HttpStage;
  readonly #api: HttpApi;
  readonly #authoriser: IHttpRouteAuthorizer;

  constructor(scope: Construct, id: string, stage: StageSettings, authoriser: LambdaFunction) {
    super(scope, id);
    this.#api = new HttpApi(this, 'Http', {
      apiName: `Cohortium ${stage.name}`,
      createDefaultStage: false,
    });
    this.#authoriser = new HttpLambdaAuthorizer('Authoriser', authoriser.lambda, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      resultsCacheTtl: Duration.seconds(60),
    });
    const log = new LogGroup(this, 'AccessLog', { retention: stage.logDays, removalPolicy: RemovalPolicy.DESTROY });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      autoDeploy: true,
      throttle: { rateLimit: stage.throttling.requestsPerSecond, burstLimit: stage.throttling.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(accessLog),
      },
    });
  }

  /** Leads these routes to the Lambda of their noun. */
  addNoun(noun: string, handler: LambdaFunction, routes: readonly ApiRoute[]): void {
    const integration = new HttpLambdaIntegration(noun, handler.lambda, {
      // One permission for the whole API: one a route would outgrow the Lambda's policy.
      scopePermissionToRoute: false,
    });
    for (const { method, path, open } of routes) {
      const [route] = this.#api.addRoutes({
        path,
        methods: [methods[method]],
        integration,
        authorizer: open ? new HttpNoneAuthorizer() : this.#authoriser,
      });
      if (open && route !== undefined) {
        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason: 'shared/access.ts says that anyone may call this operation; it shows nothing of any organisation.',
        });
      }
    }
  }
}
