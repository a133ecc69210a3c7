import { describe, expect, test } from '@jest/globals';
import { isRecentEnough } from '../../bin/require-node.mjs';

describe('the version check of the entries', () => {
  test.each(['24.15.0', '24.21.0', '25.0.0', '26.10.0'])('%s runs Avain', (version) => {
    expect(isRecentEnough(version)).toBe(true);
  });

  test.each(['20.20.2', '22.30.0', '24.0.0', '24.14.9'])('%s is turned away', (version) => {
    expect(isRecentEnough(version)).toBe(false);
  });
});
