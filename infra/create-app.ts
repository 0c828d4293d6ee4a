import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { join } from 'node:path';
import { bundleFunctions, withoutBundles } from './bundles.ts';
import { stageNamed, type StageSettings } from './stages.ts';
import { StatefulStack } from './stateful-stack.ts';
import { entries, StatelessStack } from './stateless-stack.ts';

/** CDK's newer ways of doing things, as far as they touch what we use; both ways of starting the app have the same. */
const featureFlags = {
  '@aws-cdk/core:target-partitions': ['aws'],
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
  '@aws-cdk/aws-events:eventsTargetQueueSameAccount': true,
} as const;

/** Where an app is synthesised to, and with what context (as `cdk --context` gives it). */
interface CreateAppProps {
  readonly outdir?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  /** Check the templates against AWS's own schemas, which takes two seconds. */
  readonly checkSchemas: boolean;
  /** Settings laid over those of the stage, for a test of what they do. */
  readonly adjust?: Partial<StageSettings>;
}

const project = join(import.meta.dirname, '..');

/**
 * Makes the app with the two stacks of one stage: the one named by the context `stage`, or dev. Bundles the Lambdas,
 * unless the context `aws:cdk:bundling-stacks` names no stack (as the tests do, which look at templates alone).
 */
export function createApp({ outdir, context, checkSchemas, adjust }: CreateAppProps): App {
  const app = new App({
    outdir,
    context: featureFlags,
    postCliContext: { ...context },
    analyticsReporting: false,
    builtinCloudFormationValidation: checkSchemas,
  });
  const chosen: unknown = app.node.tryGetContext('stage');
  const stage = { ...stageNamed(typeof chosen === 'string' ? chosen : 'dev'), ...adjust };
  const bundling: unknown = app.node.tryGetContext('aws:cdk:bundling-stacks');
  const bundled = !Array.isArray(bundling) || bundling.length > 0;
  const bundles = bundled ? bundleFunctions(entries, project, join(app.outdir, 'bundles')) : withoutBundles();

  const stateful = new StatefulStack(app, `Cohortium-${stage.name}-Stateful`, stage);
  new StatelessStack(app, `Cohortium-${stage.name}-Stateless`, stage, stateful, bundles);
  Tags.of(app).add('product', 'cohortium');
  Tags.of(app).add('stage', stage.name);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
