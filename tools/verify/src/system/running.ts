import type { System } from './system.ts'

/** An installation that somebody else has started: it is driven and asked, and nothing of it is broken. */
export function runningSystem(baseUrl: string, env: NodeJS.ProcessEnv): System {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password, SIMULATOR_URL, MAILBOX_URL } = env
  return {
    title: baseUrl,
    baseUrl,
    admin: email && password ? { email, password } : null,
    simulatorUrl: SIMULATOR_URL?.replace(/\/$/, '') || null,
    mailboxUrl: MAILBOX_URL?.replace(/\/$/, '') || null,
    places: {},
    logFolder: null,
    isPrivate: false,
    breakable: null,
    async close() {
      // It was running before, and goes on.
    },
  }
}
