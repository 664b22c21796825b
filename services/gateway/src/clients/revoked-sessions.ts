import type { Logger, ServiceTokens } from '@skyhold/platform/without-database'
import { request } from 'undici'

const EVERY_MS = 1_000
const PATIENCE_MS = 900
/** An access token lives ten minutes; after that its session's end needs no remembering. */
const REMEMBERED_MS = 15 * 60_000

/** The answer of identity's `GET /internal/revoked-sessions?since=`; `now` is its clock, to be sent as the next `since`. */
export interface RevokedSince {
  data: { sessionId: string; revokedAt: number }[]
  now: number
}

export interface RevokedSessions {
  has(sessionId: string): boolean
  refresh(): Promise<void>
  start(): void
  stop(): void
}

/**
 * Sessions that ended while access tokens of theirs may still be good. Asked for every second, so that a log-out counts within two.
 * While identity is away the last list stays: tokens are good for ten minutes at most, and nobody can log out anyway.
 */
export function createRevokedSessions({
  identityUrls,
  tokens,
  logger,
}: {
  identityUrls: readonly string[]
  tokens: ServiceTokens
  logger: Logger
}): RevokedSessions {
  const endedAtMs = new Map<string, number>()
  let since = 0
  let turn = 0
  let wasReachable = true
  let hasBeenReached = false
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function refresh(): Promise<void> {
    try {
      remember(await askAny())
      if (!wasReachable) logger.info({}, 'the ended sessions can be read again')
      wasReachable = true
      hasBeenReached = true
    } catch (error) {
      // While everything starts this is nothing to worry about: without identity nobody has a token yet.
      if (wasReachable) logger[hasBeenReached ? 'warn' : 'debug']({ err: error }, 'the ended sessions cannot be read; the last list stays')
      wasReachable = false
    }
  }

  /** The replica that answered last, and at once the next when it does not: waiting for the next second would make a log-out count too late. */
  async function askAny(): Promise<RevokedSince> {
    const failures: unknown[] = []
    for (const _replica of identityUrls) {
      try {
        return await ask(identityUrls[turn % identityUrls.length] ?? '')
      } catch (error) {
        failures.push(error)
        turn += 1
      }
    }
    throw new AggregateError(failures, `no replica of identity answers: ${failures.map(String).join('; ')}`)
  }

  async function ask(base: string): Promise<RevokedSince> {
    const answer = await request(`${base}/internal/revoked-sessions?since=${since}`, {
      headers: { authorization: `Bearer ${await tokens.sign('identity')}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (answer.statusCode === 200) return (await answer.body.json()) as RevokedSince
    await answer.body.dump()
    throw new Error(`identity answered ${answer.statusCode}`)
  }

  function remember({ data, now }: RevokedSince): void {
    for (const { sessionId } of data) endedAtMs.set(sessionId, Date.now())
    since = now
    for (const [sessionId, atMs] of endedAtMs) if (atMs < Date.now() - REMEMBERED_MS) endedAtMs.delete(sessionId)
  }

  /** One at a time: with replicas that hang it may take longer than until the next. */
  function refreshOnce(): Promise<void> {
    running ??= refresh().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    has: (sessionId) => endedAtMs.has(sessionId),
    refresh: refreshOnce,
    start() {
      timer ??= setInterval(() => void refreshOnce(), EVERY_MS)
      timer.unref()
    },
    stop() {
      clearInterval(timer)
    },
  }
}
