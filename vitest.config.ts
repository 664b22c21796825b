import { defineConfig } from 'vitest/config'
import { ENDS_WITH_STARTER } from './packages/testkit/src/ends-with-starter.ts'

/** Tests of several processes and real servers: a minute each, because a slow machine is not a failure. */
const PATIENT = { testTimeout: 60_000, hookTimeout: 60_000 }

/** One process for many files: a service keeps its state in what is made for each test, and each process would have to load and warm up the same code again. */
const TOGETHER = { isolate: false }

/**
 * Two cores is what the smallest machine of the CI has. A file of whole systems keeps one busy by itself, and three of them at once take longer than
 * one after the other; of the others' workers each waits a quarter of its time for a database or for time to pass.
 */
const SYSTEMS = { maxWorkers: 2, sequence: { groupOrder: 0 } }
const OTHERS = { maxWorkers: 3, sequence: { groupOrder: 1 } }

interface ProjectOptions {
  testTimeout: number
  hookTimeout: number
  isolate?: boolean
  maxWorkers: number
  sequence: { groupOrder: number }
}

const project = (name: string, include: string, options: ProjectOptions) => ({
  extends: true as const,
  test: { name, include: [include], exclude: ['**/node_modules/**'], ...options },
})

export default defineConfig({
  test: {
    // Processes instead of threads: signals, exit codes and native handles behave as in the services.
    pool: 'forks',
    // A run that is killed takes its workers with it, and they the programs that they have started.
    execArgv: [...ENDS_WITH_STARTER],
    passWithNoTests: true,
    // A third of the flights is plenty, and each stack that a test starts makes them.
    env: { SALES_HORIZON_DAYS: '21' },
    // Node reads the sources as it does in production, without Vite in between, whose view of every import and every stack costs as much processor time as the tests themselves.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    reporters: ['default', './tools/stack/src/testing/count-reporter.ts'],
    // In each group they begin in the order of their names: many small files come last and keep every worker busy.
    projects: [
      project('unit', '**/test/unit/**/*.test.ts', { testTimeout: 15_000, hookTimeout: 15_000, ...TOGETHER, ...OTHERS }),
      project('integration', '**/test/integration/**/*.test.ts', { ...PATIENT, ...TOGETHER, ...OTHERS }),
      project('e2e', 'tests/e2e/**/*.test.ts', { ...PATIENT, ...SYSTEMS }),
      project('faults', 'tests/faults/**/*.test.ts', { ...PATIENT, ...SYSTEMS }),
      project('security', 'tests/security/**/*.test.ts', { ...PATIENT, ...OTHERS }),
      // Fifty runs a test, at most half a second each.
      project('simulation', 'tests/simulation/**/*.test.ts', { testTimeout: 300_000, hookTimeout: 60_000, ...OTHERS }),
      project('tree', 'tests/tree/**/*.test.ts', { testTimeout: 30_000, hookTimeout: 30_000, ...TOGETHER, ...OTHERS }),
    ],
  },
})
