import { Refusal } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewaySettings } from '../config.ts'
import { clientAddressOf, limitKeyOf } from './client-address.ts'

/** A viewer ends a stream by closing a page or two; before that there is no use in coming back. */
const RETRY_AFTER_SECONDS = 10

/** Each event stream holds a place among the viewers of a service for as long as its client likes, so an address has so many of them and no more. */
export interface StreamLimit {
  /** Counts this one in until it is over. Throws 429 past the number, and 400 for one that waits behind another answer. */
  enter(request: FastifyRequest, reply: FastifyReply): void
}

type StreamSettings = Pick<GatewaySettings, 'EVENT_STREAMS_PER_ADDRESS_MAX' | 'TRUSTED_PROXIES' | 'RATE_LIMIT_PER_MINUTE'>

/** Unlike connections, streams are counted behind trusted proxies too. `RATE_LIMIT_PER_MINUTE=0` turns it off with all the other limits. */
export function createStreamLimit(settings: StreamSettings): StreamLimit {
  const max = settings.RATE_LIMIT_PER_MINUTE === 0 ? Infinity : settings.EVENT_STREAMS_PER_ADDRESS_MAX
  const live = new Map<string, number>()

  function leave(address: string): void {
    const left = (live.get(address) ?? 1) - 1
    if (left > 0) live.set(address, left)
    else live.delete(address)
  }

  return {
    enter({ raw }, reply) {
      // Answers of one connection go out in their order: behind another stream it would never be read, and one connection could open a dozen.
      if (reply.raw.socket === null)
        throw new Refusal('invalid_request', {
          detail: 'A stream of events is not to be asked for before the answers to earlier requests.',
        })
      const address = limitKeyOf(clientAddressOf(raw, settings.TRUSTED_PROXIES))
      const count = live.get(address) ?? 0
      if (count >= max)
        throw new Refusal('rate_limited', {
          detail: `Your address has ${max} streams of events open, which is all that it may have.`,
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        })
      live.set(address, count + 1)
      reply.raw.once('close', () => leave(address))
    },
  }
}
