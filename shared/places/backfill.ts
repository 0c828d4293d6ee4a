/** What is done about the work that a person leaves for the days of a cohort. */
export const backfills = ['not-needed', 'arranged', 'being-arranged'] as const;
