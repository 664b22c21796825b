import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with `N passed, N failed`, the line that a CI looks for. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      // A file that does not load has no tests to count, and is a failure all the same. So is a hook around all tests of a file.
      counts.failed += module.errors().length
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        counts[state === 'pending' ? 'skipped' : state]++
      }
    }
    // After the default reporter's summary, which is printed in the same turn.
    setImmediate(() => console.log(countLine(counts)))
  }
}

export function countLine({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): string {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}
