import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Json, type JsonObject, jsonObjectSchema, jsonSchema, parseJson } from './json.ts';

/** One resource of a synthesised template, its properties as written (intrinsic functions unresolved). */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** The construct path in the CDK app, for messages that a reader of infra/ understands. */
  readonly path: string;
  readonly condition: string | undefined;
}

/** A template's output, by its stack and logical id. */
interface Output {
  readonly stack: string;
  readonly logicalId: string;
  readonly value: Json;
  readonly description: string | undefined;
}

/** A synthesised CDK app: the resources of all its stacks and where its assets lie. */
export interface Assembly {
  readonly folder: string;
  readonly resources: readonly Resource[];
  readonly outputs: readonly Output[];
  /** What stacks export to one another: the stack that exports and the value as written. */
  readonly exports: ReadonlyMap<string, { readonly stack: string; readonly value: Json }>;
  /** Default values of template parameters, by `<stack>/<parameter>`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The folder of the asset stored under this S3 key; refuses (throws) an unknown key. */
  assetFolder(objectKey: string): string;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({ templateFile: z.string(), file: z.string(), directoryName: z.string(), stackName: z.string() })
        .partial()
        .optional(),
    }),
  ),
});

const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.string().optional() })).default({}),
  Resources: z
    .record(
      z.string(),
      z.object({
        Type: z.string(),
        Properties: jsonObjectSchema.default({}),
        Condition: z.string().optional(),
        Metadata: z.object({ 'aws:cdk:path': z.string().optional() }).optional(),
      }),
    )
    .default({}),
  Outputs: z
    .record(
      z.string(),
      z.object({
        Value: jsonSchema,
        Description: z.string().optional(),
        Export: z.object({ Name: z.string() }).optional(),
      }),
    )
    .default({}),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

interface Found {
  readonly resources: Resource[];
  readonly outputs: Output[];
  readonly exports: Map<string, { stack: string; value: Json }>;
  readonly parameters: Map<string, string>;
  readonly assets: Map<string, string>;
}

function readStack(folder: string, stack: string, templateFile: string, found: Found): void {
  const template = templateSchema.parse(parseJson(readFileSync(join(folder, templateFile), 'utf8')));
  for (const [name, { Default }] of Object.entries(template.Parameters))
    if (Default !== undefined) found.parameters.set(`${stack}/${name}`, Default);
  for (const [logicalId, { Type, Properties, Condition, Metadata }] of Object.entries(template.Resources))
    found.resources.push({
      stack,
      logicalId,
      type: Type,
      properties: Properties,
      path: Metadata?.['aws:cdk:path'] ?? `${stack}/${logicalId}`,
      condition: Condition,
    });
  for (const [logicalId, { Value, Description, Export }] of Object.entries(template.Outputs)) {
    found.outputs.push({ stack, logicalId, value: Value, description: Description });
    if (Export !== undefined) found.exports.set(Export.Name, { stack, value: Value });
  }
}

function readAssets(folder: string, file: string, found: Found): void {
  const { files } = assetsSchema.parse(parseJson(readFileSync(join(folder, file), 'utf8')));
  for (const { source, destinations } of Object.values(files))
    for (const { objectKey } of Object.values(destinations))
      if (source.path !== undefined) found.assets.set(objectKey, join(folder, source.path));
}

function readManifest(folder: string, found: Found): void {
  const manifest = manifestSchema.parse(parseJson(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  for (const [name, { type, properties }] of Object.entries(manifest.artifacts)) {
    if (type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined)
      readStack(folder, properties.stackName ?? name, properties.templateFile, found);
    if (type === 'cdk:asset-manifest' && properties?.file !== undefined) readAssets(folder, properties.file, found);
    if (type === 'cdk:cloud-assembly' && properties?.directoryName !== undefined)
      readManifest(join(folder, properties.directoryName), found);
  }
}

/** Reads a synthesised app from its folder (cdk.out). Refuses (throws) a folder without a manifest. */
export function readAssembly(folder: string): Assembly {
  if (!existsSync(join(folder, 'manifest.json')))
    throw new Error(`There is no synthesised app in ${folder}: run "npm run synth".`);
  const found: Found = { resources: [], outputs: [], exports: new Map(), parameters: new Map(), assets: new Map() };
  readManifest(folder, found);
  return {
    folder,
    ...found,
    assetFolder(objectKey) {
      const path = found.assets.get(objectKey);
      if (path === undefined) throw new Error(`No asset of ${folder} is stored under ${objectKey}.`);
      return path;
    },
  };
}
