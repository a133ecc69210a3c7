import { z } from 'zod';
import { slug } from './values.ts';

const price = z.number().min(0).max(1_000);

/** What the charts reckon with; nothing is charged by it. */
export const statisticsSchema = z.strictObject({
  pricePerIdentification: price.default(0).describe('What a broker charges for one, in whatever currency you reckon'),
  priceByBroker: z.record(slug, price).default({}).describe('Where a broker of this name has a price of its own'),
});
