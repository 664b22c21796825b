import type { Logger } from 'pino'
import type { AsyncMessage, Connection, Consumer, ConsumerStatus } from 'rabbitmq-client'
import type { Subscription } from './bus.ts'
import { BusUnavailable } from './errors.ts'
import { within } from './rabbit-link.ts'
import type { QueueDeclaration } from './rabbit-topology.ts'

interface Consume {
  connection: Connection
  queue: QueueDeclaration
  prefetch: number
  work: (message: AsyncMessage) => Promise<ConsumerStatus>
  /** How long the broker may take to give the first message. */
  timeoutMs: number
  logger: Logger
}

/** Takes messages of a queue, at most `prefetch` at a time, until it is closed. Throws `BusUnavailable`. */
export async function consume({ connection, queue, prefetch, work, timeoutMs, logger }: Consume): Promise<Subscription> {
  const atWork = new Set<Promise<unknown>>()
  const consumer = connection.createConsumer(
    { queue: queue.queue, queueOptions: queue, qos: { prefetchCount: prefetch }, concurrency: prefetch, requeue: true },
    (message) => {
      const done = work(message).finally(() => atWork.delete(done))
      atWork.add(done)
      return done
    },
  )
  consumer.on('error', (error) => logger.warn({ err: error, queue: queue.queue }, 'RabbitMQ consumer error'))
  await started(consumer, queue.queue, timeoutMs)
  return { close: () => stop(consumer, atWork, logger) }
}

async function started(consumer: Consumer, queue: string, timeoutMs: number): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    consumer.on('ready', resolve)
    consumer.on('error', reject)
  })
  try {
    await within(timeoutMs, ready)
  } catch (error) {
    await consumer.close()
    throw new BusUnavailable(`RabbitMQ gives no messages of ${queue}.`, { cause: error })
  }
}

async function stop(consumer: Consumer, atWork: ReadonlySet<Promise<unknown>>, logger: Logger): Promise<void> {
  try {
    await consumer.close()
  } catch (error) {
    // The connection broke while it was being told: the broker gives the messages to somebody else by itself.
    logger.warn({ err: error }, 'RabbitMQ consumer closed the hard way')
  }
  await Promise.all(atWork)
}
