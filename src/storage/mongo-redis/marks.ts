import type { Marks } from '../ports.ts';
import { type Ask, insertNew, reading, writing } from './connection.ts';
import type { Models } from './models.ts';

export function createMarks({ marks }: Models, ask: Ask): Marks {
  return {
    get: async (_id) => (await ask(() => marks.findOne({ _id }, null, reading).exec()))?.value ?? null,
    async put(_id, value) {
      const replace = () => ask(() => marks.updateOne({ _id }, { $set: { value } }, writing));
      if ((await replace()).matchedCount === 1) return;
      // Somebody may insert it between the two.
      if (!(await insertNew(ask, marks, { _id, value }))) await replace();
    },
  };
}
