import type { ConsumerQueue } from '@skyhold/contracts'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Bus } from './bus.ts'
import { LocalBus } from './local-bus.ts'
import { BusMetrics } from './metrics.ts'
import { RabbitBus } from './rabbit-bus.ts'
import { Topology } from './topology.ts'

export type { Bus, DeadLetter, DeadLetterHandler, Delivery, Handler, PublishOptions, Subscription } from './bus.ts'
export { BusUnavailable, InvalidEvent, NoSubscriber } from './errors.ts'
export { assertPublishable, readEvent } from './schemas.ts'

export interface BusOptions {
  /** `memory:` for the local bus, else `amqp://user:password@host:port/vhost` (amqps too). */
  url: string
  /** Folder of bus.sqlite; the local bus alone uses it. */
  dataDir: string
  logger: Logger
  metrics: Registry
  /** Name of the connection in RabbitMQ's lists. */
  name?: string
  /** Waits before the second, third, … attempt; then the dead letters. Tests shorten them. */
  retryDelaysMs?: readonly number[]
  queues?: readonly ConsumerQueue[]
  /** RabbitMQ: how long connect() and a publish may take. */
  timeoutMs?: number
  /** RabbitMQ: a peer silent for twice this long is taken for dead. */
  heartbeatSeconds?: number
}

/** A bus by its address. It does not connect yet. */
export function openBus({
  url,
  dataDir,
  logger,
  metrics: registry,
  name = 'skyhold',
  retryDelaysMs,
  queues,
  timeoutMs,
  heartbeatSeconds,
}: BusOptions): Bus {
  const topology = new Topology({ ...(queues && { queues }), ...(retryDelaysMs && { retryDelaysMs }) })
  const metrics = new BusMetrics(registry)
  const bus = url.startsWith('memory:')
    ? new LocalBus({ dataDir, topology, logger, metrics })
    : new RabbitBus({
        url,
        name,
        topology,
        logger,
        metrics,
        ...(timeoutMs && { timeoutMs }),
        ...(heartbeatSeconds && { heartbeatSeconds }),
      })
  for (const queue of topology.watchedNames()) metrics.watch(queue, () => bus.depth(queue))
  return bus
}
