import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../shared/context.ts';

/** The log of a Lambda: structured lines, and faults with their stack. */
export interface LambdaLog extends Log {
  /** A fault of ours, to be looked at; the error is logged whole, so it must never be made from a person's data. */
  failed(message: string, error: unknown, facts?: Readonly<Record<string, unknown>>): void;
}

/** Opens the Lambda's log. */
export function openLog(): LambdaLog {
  const logger = new Logger();
  return {
    info: (message, facts = {}) => {
      logger.info(message, { ...facts });
    },
    warn: (message, facts = {}) => {
      logger.warn(message, { ...facts });
    },
    failed: (message, error, facts = {}) => {
      logger.error(message, { ...facts, error: error instanceof Error ? error : new Error(String(error)) });
    },
  };
}
