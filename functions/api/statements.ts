import { agreeStatement } from '../../shared/statements/agree-statement.ts';
import { answerDispute } from '../../shared/statements/answer-dispute.ts';
import { disputeStatement } from '../../shared/statements/dispute-statement.ts';
import { exportStatement } from '../../shared/statements/export-statement.ts';
import { getAgeing } from '../../shared/statements/get-ageing.ts';
import { getStatement } from '../../shared/statements/get-statement.ts';
import { issueStatement } from '../../shared/statements/issue-statement.ts';
import { listStatementLines } from '../../shared/statements/list-statement-lines.ts';
import { listStatements } from '../../shared/statements/list-statements.ts';
import { listStatementsToIssue } from '../../shared/statements/list-statements-to-issue.ts';
import { printStatement } from '../../shared/statements/print-statement.ts';
import { apiHandler } from '../http/api-handler.ts';
import { route } from '../http/route.ts';

export const statementRoutes = [
  route('POST', '/v1/statements', issueStatement, 201),
  route('GET', '/v1/statements', listStatements),
  route('GET', '/v1/statements/{statement}', getStatement),
  route('GET', '/v1/statements/{statement}/lines', listStatementLines),
  route('GET', '/v1/statements/{statement}/lines.csv', exportStatement, 200, { answers: 'text/csv' }),
  route('GET', '/v1/statements/{statement}/page.html', printStatement, 200, { answers: 'text/html' }),
  route('POST', '/v1/statements/{statement}/agree', agreeStatement),
  route('POST', '/v1/statements/{statement}/dispute', disputeStatement),
  route('POST', '/v1/statements/{statement}/answer', answerDispute),
  route('GET', '/v1/statements-to-issue', listStatementsToIssue),
  route('GET', '/v1/ageing', getAgeing),
] as const;

export const handler = apiHandler(statementRoutes);
