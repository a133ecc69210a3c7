#!/usr/bin/env node
// `npm run bench`: the speed and the weight; `npm run bench -- oracle`: what the answers' times tell of an address.
import { requireNode } from './require-node.mjs';

requireNode();

const [, , bench] = process.argv;
await (bench === 'oracle' ? import('../test/bench/oracle.ts') : import('../test/bench/main.ts'));
