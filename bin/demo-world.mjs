#!/usr/bin/env node
// `npm start` and `npm run demo:reset`: the demo world, on a Node that can run it.
import { requireNode } from './require-node.mjs';

requireNode();

await import('../src/demo/world.ts');
