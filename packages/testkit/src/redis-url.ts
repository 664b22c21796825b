/** The Redis that this run has, for tests that need one: TEST_REDIS_URL, or none. Keys are the test's own to keep apart. */
export const redisUrls = (env: NodeJS.ProcessEnv = process.env): string[] => (env.TEST_REDIS_URL ? [env.TEST_REDIS_URL] : [])
