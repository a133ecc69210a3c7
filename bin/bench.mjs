#!/usr/bin/env node
// `npm run bench`: the speed and the weight; `npm run bench -- oracle`: what the answers' times tell of an address;
// `npm run bench -- identification`: what one strong identification costs; `npm run bench -- account`: how long the pages
// of an account with 1,000 sessions take.
import { requireNode } from './require-node.mjs';

requireNode();

const [, , bench] = process.argv;
if (bench === 'oracle') await import('../test/bench/oracle.ts');
else if (bench === 'identification') await import('../test/bench/identification.ts');
else if (bench === 'account') await import('../test/bench/account.ts');
else await import('../test/bench/main.ts');
