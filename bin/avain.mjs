#!/usr/bin/env node
// The `avain` command. The thread pool's size is read when the pool is first used, so it is set before anything else:
// one thread per password hash at work (as many as cores), two for names and files.
import { availableParallelism } from 'node:os';
import { requireNode } from './require-node.mjs';

process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 2);
requireNode();

const { runCommandLine } = await import('../src/cli.ts');
await runCommandLine(process.argv);
