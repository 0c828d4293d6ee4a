import * as z from 'zod';

/** The most that one amount may be: a hundred million pounds. Sums of thousands of them are still exact. */
export const mostPence = 10_000_000_000;

/** An amount of money in whole pence (GBP), nought or more. */
export const pence = z.int().min(0).max(mostPence).describe('Pence (GBP)');

/** An amount that may be owed the other way round: below nought it is a credit. */
export const signedPence = z.int().min(-mostPence).max(mostPence).describe('Pence (GBP); below nought, a credit');
