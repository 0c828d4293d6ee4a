/** What our events call their source on the bus. */
export const eventSource = 'cohortium';
