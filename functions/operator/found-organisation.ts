import type { Context as LambdaContext } from 'aws-lambda';
import { foundOrganisation } from '../../shared/organisations/found-organisation.ts';
import { lambdaEdge, type Edge } from '../http/edge.ts';
import { problemOf, refusalOf, type Problem } from '../http/problem.ts';

type Founded = Awaited<ReturnType<typeof foundOrganisation.perform>>;
type OperatorHandler = (event: unknown, context: Pick<LambdaContext, 'awsRequestId'>) => Promise<Founded | Problem>;

/**
 * Makes the operator's Lambda, which no route leads to: who may invoke it founds the first organisation of the
 * installation, with `{ name, kind, identifiers }`, and is answered its id and the one-time code for its first
 * administrator. A refusal, or a fault, is answered as a problem document.
 */
export function operatorHandler(edgeOf: () => Edge = lambdaEdge): OperatorHandler {
  return async (event, { awsRequestId }) => {
    const { table, epoch, clock, random, log } = edgeOf();
    const request = { idempotencyKey: awsRequestId };
    try {
      const context = { actor: { kind: 'operator' as const }, request, table, epoch, clock, random, log };
      return await foundOrganisation.perform(context, event);
    } catch (error) {
      if (refusalOf(error) === undefined) log.failed('Founding failed', error, { request: awsRequestId });
      return problemOf(error, awsRequestId);
    }
  };
}

/** The Lambda: see `operatorHandler`. */
export const handler = operatorHandler();
