import type { FastifyBaseLogger } from 'fastify'

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

interface Lazy {
  parent: FastifyBaseLogger
  bindings: Record<string, unknown>
  own: FastifyBaseLogger | null
}

const ownOf = (lazy: Lazy): FastifyBaseLogger => (lazy.own ??= lazy.parent.child(lazy.bindings))

/** What all of them share: each method makes the logger of its request when it is first called, and hands over. */
const methods = {
  get level() {
    return this.parent.level
  },
  child(bindings, options) {
    return ownOf(this).child(bindings, options)
  },
} as Lazy & FastifyBaseLogger
for (const level of LEVELS)
  Object.defineProperty(methods, level, {
    value(this: Lazy, ...line: unknown[]) {
      const own = ownOf(this)
      return Reflect.apply(own[level], own, line) as unknown
    },
  })

/** The logger of one request, which puts `bindings` into its lines. Most requests log nothing, and making a child of pino's costs as much as finding the route. */
export const requestLogger = (parent: FastifyBaseLogger, bindings: Record<string, unknown>): FastifyBaseLogger =>
  Object.assign(Object.create(methods) as Lazy & FastifyBaseLogger, { parent, bindings, own: null })
