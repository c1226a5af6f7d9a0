import { defineConfig } from 'vitest/config';

const ring = (name: string, include: string[], timeout: number, more: object = {}) => ({
  test: { name, include, testTimeout: timeout, hookTimeout: timeout, ...more },
});

/** Rings: rules in milliseconds, runners against fakes, the real thing one after the other; figures only when asked. */
export default defineConfig({
  test: {
    projects: [
      // Pure rules share nothing that could leak: no worker per file.
      ring('matrix', ['test/matrix/**/*.test.ts', 'test/*.test.ts'], 60_000, { isolate: false }),
      ring('runners', ['test/runners/**/*.test.ts', 'test/cli/**/*.test.ts'], 60_000),
      ring('bench', ['test/bench/**/*.test.ts'], 3 * 3_600_000, { fileParallelism: false }),
      ring('e2e', ['test/e2e/**/*.test.ts'], 45 * 60_000, { fileParallelism: false, sequence: { groupOrder: 1 } }),
    ],
  },
});
