import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Connection } from 'rabbitmq-client'
import type { Place } from './bus-fixtures.ts'

/** Puts any text into a queue behind the adapter's back. The local bus must be closed: its file has one owner. */
export async function inject(place: Place, queue: string, text: string): Promise<void> {
  if (place.url.startsWith('memory:')) {
    const file = new DatabaseSync(join(place.dataDir, 'bus.sqlite'))
    file.prepare('INSERT INTO messages (queue, body) VALUES (?, ?)').run(queue, text)
    file.close()
    return
  }
  const connection = new Connection(place.url)
  const publisher = connection.createPublisher({ confirm: true })
  await publisher.send({ exchange: '', routingKey: queue, contentType: 'application/json', durable: true }, Buffer.from(text))
  await publisher.close()
  await connection.close()
}
