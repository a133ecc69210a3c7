// The version check of every entry. Plain JavaScript without dependencies, so that an old Node can read it, and
// imported statically before anything else: type stripping and node:sqlite are absent from older ones.

const least = [24, 15];

/**
 * Ends the process with status 1 and advice when this Node cannot run TypeScript directly.
 * @param {string} [running] version to judge, `process.versions.node` unless told
 * @returns {void}
 */
export function requireNode(running = process.versions.node) {
  if (isRecentEnough(running)) return;
  process.stderr.write(
    `Avain needs Node.js ${least.join('.')} or newer; this is ${running} (${process.execPath}).\n` +
      'On Linux (x64, arm64) the right one comes with "npm ci": start through npm, for example "npm start",\n' +
      '"npm test" or "npm run -s avain -- --help". Elsewhere install Node.js 24 LTS: https://nodejs.org/\n',
  );
  process.exit(1);
}

/**
 * @param {string} version `major.minor.patch`
 * @returns {boolean}
 */
export function isRecentEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
