#!/usr/bin/env node
// `npm run bench`: the speed and the weight; `npm run bench -- oracle`: what the answers' times tell of an address;
// `npm run bench -- identification`: what one strong identification costs.
import { requireNode } from './require-node.mjs';

requireNode();

const [, , bench] = process.argv;
if (bench === 'oracle') await import('../test/bench/oracle.ts');
else if (bench === 'identification') await import('../test/bench/identification.ts');
else await import('../test/bench/main.ts');
