// One runner for all suites: unit and integration tests sit beside their sources; browser tests run by `scripts/test.ts`.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    // They wait for tmux, disks and sockets more than they compute.
    maxWorkers: 3,
    setupFiles: ['scripts/property-seed.ts'],
    // Real tmux, disks and sockets: on a machine with other work they take their time, and a late answer is no wrong one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'scripts/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', 'packages/web/test/browser/**'],
  },
})
