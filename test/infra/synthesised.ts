import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createApp } from '../../infra/create-app.ts';
import type { StageName, StageSettings } from '../../infra/stages.ts';

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), z.looseObject({ Export: z.looseObject({ Name: z.unknown() }).optional() })),
});

/** One resource of a template. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
}

/** One stack's template, for tests. */
export interface StackTemplate {
  readonly stackName: string;
  readonly terminationProtection: boolean;
  readonly resources: readonly Resource[];
  readonly outputs: readonly string[];
  readonly exportNames: readonly unknown[];
}

function stackTemplate(stack: Stack): StackTemplate {
  const { Resources, Outputs } = templateSchema.parse(Template.fromStack(stack).toJSON());
  return {
    stackName: stack.stackName,
    terminationProtection: stack.terminationProtection,
    resources: Object.entries(Resources).map(([logicalId, resource]) => ({
      logicalId,
      type: resource.Type,
      properties: resource.Properties,
      deletionPolicy: resource.DeletionPolicy,
      updateReplacePolicy: resource.UpdateReplacePolicy,
    })),
    outputs: Object.keys(Outputs),
    exportNames: Object.values(Outputs).flatMap((output) => (output.Export === undefined ? [] : [output.Export.Name])),
  };
}

/** The app of a stage with bundling off, not yet synthesised, and the removal of what it writes. */
export function unsynthesised(stage: StageName, checkSchemas: boolean, adjust: Partial<StageSettings> = {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'cohortium-synth-'));
  const context = { stage, 'aws:cdk:bundling-stacks': [] };
  const app = createApp({ outdir, context, checkSchemas, adjust });
  return { app, discard: () => rmSync(outdir, { recursive: true, force: true }) };
}

/** Both templates of a stage; `adjust` is laid over the stage's settings. Bundling is off: the Lambdas' code is a comment. */
export function synthesised(stage: StageName, adjust: Partial<StageSettings> = {}) {
  const { app, discard } = unsynthesised(stage, false, adjust);
  try {
    const stacks = app.node.children.filter((child) => Stack.isStack(child)).map(stackTemplate);
    const [stateful, stateless] = ['Stateful', 'Stateless'].map((kind) =>
      stacks.find(({ stackName }) => stackName.endsWith(kind)),
    );
    if (stateful === undefined || stateless === undefined) throw new Error('A stack is missing');
    return { stateful, stateless };
  } finally {
    discard();
  }
}

/** The resources of one type. */
export function ofType(template: StackTemplate, type: string): readonly Resource[] {
  return template.resources.filter((resource) => resource.type === type);
}

/** The one resource of a type. Refusals: throws when there are none or several. */
export function theOne(template: StackTemplate, type: string): Resource {
  const [found, ...others] = ofType(template, type);
  if (found === undefined || others.length > 0) throw new Error(`There is not exactly one ${type}`);
  return found;
}

/** The text of a value of a template, intrinsic functions and all: to look for a name in it. */
export const text = (value: unknown): string => JSON.stringify(value);
