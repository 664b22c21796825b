import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import { type Counts, countLine } from './counts.ts'

/** Ends a run with `N passed, N failed`, the line that a CI looks for. Under `npm test`, which has more to say after it, the numbers go to a file instead. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) count(module, counts)
    const file = process.env.SKYHOLD_TEST_COUNTS
    if (file) writeFileSync(file, JSON.stringify(counts))
    // After the default reporter's summary, which is printed in the same turn.
    else setImmediate(() => console.log(countLine(counts)))
  }
}

function count(module: TestModule, counts: Counts): void {
  // A file that does not load has no tests to count, and is a failure all the same. So is a hook around all tests of a file.
  counts.failed += module.errors().length
  for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    counts[state === 'pending' ? 'skipped' : state]++
  }
}
