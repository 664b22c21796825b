import type { System } from './system.ts'

const PATIENCE_MS = 10_000

/** An installation that somebody else has started: it is driven and asked, and nothing of it is broken. Throws a sentence when it is not ready. */
export async function runningSystem(baseUrl: string, env: NodeJS.ProcessEnv): Promise<System> {
  const status = await readiness(baseUrl)
  if (status !== 200)
    throw new Error(`${baseUrl}/health/ready answered ${status ?? 'nothing'}; the gateway of an installation that is ready answers 200.`)
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password, SIMULATOR_URL, MAILBOX_URL, HOLDS_PER_USER_MAX } = env
  return {
    title: baseUrl,
    baseUrl,
    admin: email && password ? { email, password } : null,
    simulatorUrl: SIMULATOR_URL?.replace(/\/$/, '') || null,
    mailboxUrl: MAILBOX_URL?.replace(/\/$/, '') || null,
    places: {},
    logFolder: null,
    isPrivate: false,
    holdsPerUserMax: HOLDS_PER_USER_MAX ? Number(HOLDS_PER_USER_MAX) : null,
    breakable: null,
    async close() {
      // It was running before, and goes on.
    },
  }
}

/** Null when nobody answers. */
async function readiness(baseUrl: string): Promise<number | null> {
  try {
    const response = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) })
    await response.body?.cancel()
    return response.status
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return null
    throw error
  }
}
