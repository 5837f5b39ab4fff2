import { defineConfig } from 'vitest/config'

/** Rules read no clock and no time zone: the same tests pass on both sides of the date line. */
const rules = (name: string, TZ: string) => ({
  test: { name, include: ['packages/*/src/**/*.test.ts'], env: { TZ } },
})

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
    projects: [
      rules('rules', 'Asia/Shanghai'),
      rules('rules-la', 'America/Los_Angeles'),
      {
        extends: true,
        test: {
          name: 'server',
          include: ['apps/server/src/**/*.test.ts', 'tests/*.test.ts', 'tests/contract/**/*.test.ts'],
          globalSetup: ['apps/server/src/platform/testing/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'durability', include: ['tests/durability/**/*.test.ts'], testTimeout: 600_000 },
      },
      {
        extends: true,
        test: { name: 'console', include: ['apps/console/src/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['apps/server/src/platform/testing/global-setup.ts', 'tests/browser/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
