import type { StoredClient, StoredClients } from '../client-port.ts';
import { type Ask, insertNew, reading, writing } from './connection.ts';
import type { ClientDocument } from './documents.ts';
import type { Models } from './models.ts';

const clientOf = ({ _id: id, text, changedAt }: ClientDocument): StoredClient => ({ id, text, changedAt });

export function createClients({ clients }: Models, ask: Ask): StoredClients {
  return {
    all: async () => (await ask(() => clients.find({}, null, reading).sort({ _id: 1 }).exec())).map(clientOf),
    async byId(_id) {
      const found = await ask(() => clients.findOne({ _id }, null, reading).exec());
      return found && clientOf(found);
    },
    async replace(_id, from, to) {
      if (from === null) return to === null || insertNew(ask, clients, { _id, text: to.text, changedAt: to.changedAt });
      const seen = { _id, text: from };
      if (to === null) return (await ask(() => clients.deleteOne(seen, writing))).deletedCount === 1;
      const { text, changedAt } = to;
      return (await ask(() => clients.updateOne(seen, { $set: { text, changedAt } }, writing))).matchedCount === 1;
    },
    async put({ id: _id, text, changedAt }) {
      const replace = () => ask(() => clients.updateOne({ _id }, { $set: { text, changedAt } }, writing));
      if ((await replace()).matchedCount === 1) return;
      // Somebody may insert it between the two.
      if (!(await insertNew(ask, clients, { _id, text, changedAt }))) await replace();
    },
    remove: async (_id) => (await ask(() => clients.deleteOne({ _id }, writing))).deletedCount === 1,
  };
}
