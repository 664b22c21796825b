import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a producer says of an event that the broker has taken, as GET /internal/events does. */
export interface SaidEvent {
  eventId: string
  type: string
  aggregateId: string
  sequence: number
  publishedAtMs: number
}

export interface StandInProducer {
  url: string
  /** To be filled by the test: what it claims to have published. */
  said: SaidEvent[]
  close(): Promise<void>
}

/** In the place of a service that others ask which events it has published. Whatever else it is asked it answers with `otherwise`. */
export async function standInProducer(otherwise: object = {}): Promise<StandInProducer> {
  const said: SaidEvent[] = []
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
    const types = (searchParams.get('types') ?? '').split(',')
    const data = said.slice(Number(searchParams.get('after'))).filter(({ type }) => types.includes(type))
    const answer = pathname === '/internal/events' ? { data, next: said.length, isEnd: true, newest: said.length } : otherwise
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    said,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
