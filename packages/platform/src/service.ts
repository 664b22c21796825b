import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotStart } from './cannot-start.ts'
import { createApp } from './http/app.ts'
import { closePort } from './http/close-port.ts'
import type { App } from './http/context.ts'
import { describeApi } from './http/openapi.ts'
import type { Logger } from './logger.ts'
import { createMetrics, measure, type Metrics } from './metrics.ts'
import { Refusal } from './refusal.ts'
import type { ServiceTokens, TokenVerifier } from './tokens.ts'

export interface ServiceOptions {
  name: string
  host: string
  /** 0 = any free one, for tests. */
  port: number
  logger: Logger
  startPatienceSeconds: number
  /** What /metrics asks for; empty = nothing. */
  metricsToken?: string
  verifier?: TokenVerifier
  serviceTokens?: ServiceTokens
  /** Every answer has them, refusals of what is no HTTP too. */
  headers?: Readonly<Record<string, string>>
  /** Where the description of its calls is: at /openapi.json, unless it is elsewhere. */
  description?: 'elsewhere'
}

/** While it closes: a connection whose last request is still at work becomes idle only later, and would keep the process for as long as its client likes. */
const IDLE_SWEEP_MS = 100

/** How long whoever has a connection is told with each answer that it is the last one on it. Callers who are at work come back to it within that. */
const DRAIN_MS = 1_000

/** Services that start side by side wait for each other for a moment, which is no news; whoever has to wait longer between his tries is to be heard of. */
const USUAL_WAIT_MS = 500

interface Step {
  name: string
  work: () => Promise<void>
}

/**
 * The life of a service: it listens at once and says that it is not ready, takes its start steps one after the other (each tried again for a bounded time),
 * then serves; at the end it finishes the requests it has and stops its parts in reverse.
 */
export class Service {
  readonly name: string
  readonly http: App
  readonly metrics: Metrics
  readonly logger: Logger
  /** Settles when the last start step is done; rejects when one was given up. */
  readonly started: Promise<void>
  readonly #options: ServiceOptions
  readonly #steps: Step[] = []
  readonly #stops: (() => void | Promise<void>)[] = []
  readonly #checks = new Map<string, () => boolean | Promise<boolean>>()
  readonly #startedSettled = Promise.withResolvers<void>()
  #phase: 'starting' | 'serving' | 'draining' | 'closing' = 'starting'
  #waitingFor = 'start'
  #closed: Promise<void> | undefined

  constructor(options: ServiceOptions) {
    this.#options = options
    this.name = options.name
    this.logger = options.logger
    this.metrics = createMetrics(options.name)
    this.started = this.#startedSettled.promise
    // Whoever does not wait for the start still hears of its failure: from the log and from /health/ready.
    this.started.catch((error: unknown) => this.logger.fatal({ err: error }, 'the service could not start'))
    const { verifier, serviceTokens } = options
    this.http = createApp({
      service: options.name,
      logger: options.logger,
      ...(options.headers ? { headers: options.headers } : {}),
      ...(verifier ? { verifier } : {}),
      ...(serviceTokens ? { serviceTokens } : {}),
    })
    this.http.addHook('onRequest', (request, _reply, done) => {
      if (this.#isServing || isAboutTheService(request.url)) done()
      else done(new Refusal('unavailable', { detail: `The ${this.name} service is ${this.#phase}.`, retryAfterSeconds: 2 }))
    })
    if (options.description !== 'elsewhere') describeApi(this.http, this.name)
    measure(this.http, this.metrics, options.metricsToken ?? '')
    this.#serveHealth()
  }

  /** Adds a step of the start, such as connecting to the database. It is repeated until it succeeds, the patience is over, or it throws CannotStart. */
  onStart(name: string, work: () => Promise<void>): void {
    this.#steps.push({ name, work })
  }

  /** Adds work for the end; the last added comes first. */
  onStop(work: () => void | Promise<void>): void {
    this.#stops.push(work)
  }

  /** Adds a condition of readiness. */
  check(name: string, holds: () => boolean | Promise<boolean>): void {
    this.#checks.set(name, holds)
  }

  get url(): string {
    const address = this.http.server.address()
    if (!address || typeof address === 'string') throw new Error(`${this.name} does not listen`)
    return `http://${this.#options.host}:${address.port}`
  }

  /** Resolves when the port is open; `started` tells when the service serves. */
  async listen(): Promise<void> {
    await this.http.listen({ host: this.#options.host, port: this.#options.port })
    this.logger.info({ url: this.url }, 'listening')
    this.#start().then(this.#startedSettled.resolve, this.#startedSettled.reject)
  }

  /**
   * Before `close`, where there are callers who know nothing of it: takes no new connection, says that it is not ready, and serves those that it has for about a second, each answer
   * being the last of its connection. Closed at once, a connection may have the next request on its way, which is then lost.
   */
  async drain(): Promise<void> {
    if (this.#phase !== 'serving') return
    this.#phase = 'draining'
    const { server } = this.http
    const allGone = once(server, 'close')
    server.prependListener('request', (_request, response) => (response.shouldKeepAlive = false))
    await closePort(server, DRAIN_MS)
    await Promise.race([allGone, sleep(DRAIN_MS)])
  }

  /** Finishes what is under way, then stops everything. Safe to call twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  get #isServing(): boolean {
    return this.#phase === 'serving' || this.#phase === 'draining'
  }

  async #start(): Promise<void> {
    const deadline = Date.now() + this.#options.startPatienceSeconds * 1000
    for (const step of this.#steps) {
      this.#waitingFor = step.name
      await this.#take(step, deadline)
    }
    if (this.#phase === 'starting') this.#phase = 'serving'
    this.logger.info({}, 'ready')
  }

  async #take(step: Step, deadline: number): Promise<void> {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 5_000)) {
      if (this.#phase === 'closing') throw new Error(`${this.name} was stopped while it started`)
      try {
        return await step.work()
      } catch (error) {
        if (error instanceof CannotStart) throw error
        if (Date.now() + waitMs > deadline)
          throw new Error(`${this.name} gave up starting: ${step.name} failed for ${this.#options.startPatienceSeconds} s`, {
            cause: error,
          })
        this.logger[waitMs < USUAL_WAIT_MS ? 'info' : 'warn'](
          { err: error, step: step.name, retryInMs: waitMs },
          `waiting for ${step.name}`,
        )
        await sleep(waitMs)
      }
    }
  }

  async #close(): Promise<void> {
    this.#phase = 'closing'
    const sweep = setInterval(() => this.http.server.closeIdleConnections(), IDLE_SWEEP_MS)
    try {
      await this.http.close()
    } finally {
      clearInterval(sweep)
    }
    for (const stop of this.#stops.reverse()) {
      try {
        await stop()
      } catch (error) {
        // One part that fails to stop must not keep the others from stopping.
        this.logger.error({ err: error }, 'a part failed to stop')
      }
    }
    this.logger.info({}, 'stopped')
  }

  #serveHealth(): void {
    const open = { config: { access: 'public' }, schema: { hide: true } } as const
    this.http.get('/health/live', open, async () => ({ status: 'ok', service: this.name }))
    this.http.get('/health/ready', open, async (_request, reply) => {
      const checks = await this.#readiness()
      const isReady = Object.values(checks).every((state) => state === 'ok')
      return reply
        .code(isReady ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: isReady ? 'ready' : 'not_ready', service: this.name, checks })
    })
  }

  async #readiness(): Promise<Record<string, string>> {
    if (this.#phase !== 'serving') return { service: this.#phase === 'starting' ? `starting: waiting for ${this.#waitingFor}` : 'closing' }
    const results = await Promise.all([...this.#checks].map(async ([name, holds]) => [name, (await holds()) ? 'ok' : 'failing'] as const))
    return Object.fromEntries(results)
  }
}

const isAboutTheService = (url: string) => url.startsWith('/health/') || url.startsWith('/metrics') || url.startsWith('/openapi.json')
