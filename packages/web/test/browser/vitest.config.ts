// Browser tests: a real daemon, real tmux and a real Chromium; `npm test` runs them after the build.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    pool: 'threads',
    isolate: false,
    // Each file starts a daemon and a browser; more at once only wait for one another on two cores.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 40_000, interval: 40 } },
  },
})
