import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { checkApiKey } from '../../shared/api-keys/check-api-key.ts';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { requireEnvironment } from '../../shared/environment.ts';
import type { Table } from '../../shared/table/table.ts';
import type { Authorised } from '../http/authorised.ts';
import { lambdaTable } from '../lambda-table.ts';
import { tokenVerifier, type VerifyToken } from './verify-token.ts';

/** What the authoriser reaches outside itself. */
export interface AuthoriserEdge {
  readonly table: Table;
  readonly clock: Clock;
  readonly verifyToken: VerifyToken;
}

/** An answer as API Gateway takes it (simple responses). */
export interface AuthoriserResponse {
  readonly isAuthorized: boolean;
  readonly context: Authorised;
}
type AuthoriserHandler = (event: Pick<APIGatewayRequestAuthorizerEventV2, 'headers'>) => Promise<AuthoriserResponse>;

let edge: AuthoriserEdge | undefined;
function lambdaEdge(): AuthoriserEdge {
  edge ??= {
    table: lambdaTable(),
    clock: systemClock,
    verifyToken: tokenVerifier(requireEnvironment('ISSUER'), requireEnvironment('AUDIENCE')),
  };
  return edge;
}

/** Longer than any token or key of ours; what is longer is not looked at. */
const mostCharacters = 8192;
const bearerPattern = /^Bearer ([\w.~+/=-]+)$/i;

/**
 * Makes the authoriser: says who calls, by a person's token or a partner system's API key (`ck_…`). What is not, or no
 * longer, good is let through as `refused`, so that the API itself can answer with a problem document (docs/adr/0007):
 * the chain refuses it before anything is read. Throws only when the table or the issuer does not answer.
 */
export function authoriser(edgeOf: () => AuthoriserEdge = lambdaEdge): AuthoriserHandler {
  return async ({ headers }) => {
    const { table, clock, verifyToken } = edgeOf();
    const given = headers?.['authorization'] ?? '';
    const [, token] = given.length > mostCharacters ? [] : (bearerPattern.exec(given) ?? []);
    if (token === undefined) return refused;
    if (!token.startsWith('ck_')) return answerOf(await verifyToken(token));
    const client = await checkApiKey(table, clock, token);
    return answerOf(client && { ...client, scopes: client.scopes.join(' ') });
  };
}

const refused: AuthoriserResponse = { isAuthorized: true, context: { kind: 'refused' } };

function answerOf(context: Authorised | undefined): AuthoriserResponse {
  return context === undefined ? refused : { isAuthorized: true, context };
}

/** The Lambda authoriser of the HTTP API; its answer is kept for a minute for each Authorization header. */
export const handler = authoriser();
