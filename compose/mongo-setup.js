// Run by MongoDB's shell in the service mongo-setup of compose.yaml, at every start: makes one replica set of the three
// members, then an operator and the user that Avain signs in as. Each step finds out whether it was done before.
const { readFileSync } = require('node:fs');

const members = ['mongo-1:27017', 'mongo-2:27017', 'mongo-3:27017'];
const electionMs = 60_000;

const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();
const operator = { user: 'operator', pwd: secret('mongo-operator-password') };
const admin = db.getSiblingDB('admin');

function operatorSignsIn() {
  try {
    return admin.auth(operator.user, operator.pwd).ok === 1;
  } catch {
    return false;
  }
}

function initiate() {
  try {
    rs.initiate({ _id: 'avain', members: members.map((host, _id) => ({ _id, host, priority: _id === 0 ? 2 : 1 })) });
  } catch (error) {
    if (error.codeName !== 'AlreadyInitialized') throw error;
  }
}

function untilPrimary() {
  for (const deadline = Date.now() + electionMs; !db.hello().isWritablePrimary; sleep(500)) {
    if (Date.now() > deadline) throw new Error('mongo-1 was not elected: do its logs say that the others are away?');
  }
}

if (!operatorSignsIn()) {
  initiate();
  untilPrimary();
  admin.createUser({ ...operator, roles: ['root'] });
  operatorSignsIn();
}
if (admin.getUser('avain') === null) {
  // Its own database and nothing else.
  admin.createUser({ user: 'avain', pwd: secret('mongo-password'), roles: [{ role: 'readWrite', db: 'avain' }] });
}
print('the replica set and its users are there');
