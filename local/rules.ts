import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import { attributeOn, type Addresses } from './attributes.ts';
import type { Functions } from './functions.ts';
import { type Json, jsonObjectSchema } from './json.ts';
import type { Queues } from './queues.ts';
import type { Resolver } from './resolve.ts';

/** An EventBridge rule: what it hears or when it strikes, and what it then does. */
export interface Rule {
  readonly logicalId: string;
  readonly arn: string;
  readonly bus: string;
  readonly pattern: Json | undefined;
  readonly schedule: string | undefined;
  readonly enabled: boolean;
  readonly targets: readonly ((event: Json) => void)[];
}

const ruleSchema = z.object({
  EventBusName: z.string().default('default'),
  EventPattern: jsonObjectSchema.optional(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(z.object({ Arn: z.string(), Input: z.string().optional() })).default([]),
});

/** Reads the rules of an assembly. Refuses (throws) a target that is neither a Lambda nor a queue of the app. */
export function readRules(parts: {
  readonly assembly: Assembly;
  readonly resolver: Resolver;
  readonly addresses: Addresses;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly invocations: AsyncInvocations;
}): Rule[] {
  const { functions, queues, invocations } = parts;

  function targetOf(
    rule: string,
    { Arn, Input }: { readonly Arn: string; readonly Input?: string | undefined },
  ): (event: Json) => void {
    const text = (event: Json) => Input ?? JSON.stringify(event);
    const queue = queues.find(Arn);
    if (queue !== undefined) return (event) => void queue.send(text(event));
    if (functions.find(Arn) !== undefined) return (event) => invocations.submit(Arn, text(event));
    throw new Error(`${rule}: its target ${Arn} is neither a Lambda nor a queue of this app.`);
  }

  return parts.assembly.resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .map((resource) => {
      const { logicalId } = resource;
      const properties = ruleSchema.parse(parts.resolver.properties(resource));
      return {
        logicalId,
        arn: attributeOn(parts.addresses, resource, 'Arn') ?? logicalId,
        bus: properties.EventBusName.split('/').at(-1) ?? 'default',
        pattern: properties.EventPattern,
        schedule: properties.ScheduleExpression,
        enabled: properties.State === 'ENABLED',
        targets: properties.Targets.map((target) => targetOf(logicalId, target)),
      };
    });
}
