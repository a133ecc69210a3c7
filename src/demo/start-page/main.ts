// The start page of the demo world: what runs here and whom to try. May import the shared files of src/demo only.
// Promise: /personas.json and the page are made of the same table.
import { demoConfig } from '../demo-config.ts';
import { serveOnLoopback } from '../loopback.ts';
import { runProgram } from '../program.ts';
import { createStartPageApp } from './app.ts';

await runProgram('start page', async () => {
  const { addresses } = demoConfig(process.env);
  return serveOnLoopback(createStartPageApp(addresses).callback(), addresses.startPage);
});
