import { seedWorld } from '../../src/demo/seed.ts';

await seedWorld({ dataDir: String(process.env.AVAIN_DATA_DIR), env: process.env });
