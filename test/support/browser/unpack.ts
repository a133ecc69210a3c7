/** Run by prepare.ts in a process of its own, because the package reads TMPDIR and patches the environment on import. */
import chromium from '@sparticuz/chromium';

await chromium.executablePath();
