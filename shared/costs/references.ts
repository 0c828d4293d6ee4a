import * as z from 'zod';

/** To what something is booked, as the finance system of an organisation has it. */
export const costCentre = z.string().trim().min(1).max(40);

/** What something is known by in the books: an invoice, a project. */
export const reference = z.string().trim().min(1).max(60);

/** What an order is known by, at who ordered. */
export const purchaseOrder = z.string().trim().min(1).max(60).describe('The reference of a purchase order');
