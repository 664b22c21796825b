// One system for all of them, because each start costs as much as the tests of a suite. Last comes what changes the most.
await import('./tokens.suite.ts')
await import('./requests.suite.ts')
await import('./injection.suite.ts')
await import('./roles.suite.ts')
await import('./fuzz.suite.ts')
