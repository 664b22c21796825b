// One system for all of them, because each start costs as much as the tests of a suite. Last comes what changes the most.
// Awaited, because the lint takes an import that nothing is named of for a forgotten one.
await import('./tokens.suite.ts')
await import('./requests.suite.ts')
await import('./injection.suite.ts')
await import('./roles.suite.ts')
await import('./fuzz.suite.ts')
