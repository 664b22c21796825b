import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { Skyhold, type SkyholdOptions } from '../../src/index.ts'

export interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: unknown
}
export type Reaction = (seen: Seen, response: ServerResponse) => void

export interface LittleServer {
  url: string
  seen: Seen[]
  /** The waits that the client would have made, in milliseconds; none is made. */
  waits: number[]
  client(options?: Partial<SkyholdOptions>): Skyhold
}

const servers: { close(): void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that reacts to each request in turn, and for ever after as to the last; its client waits in no time and jitters by half. */
export async function littleServer(...reactions: Reaction[]): Promise<LittleServer> {
  const seen: Seen[] = []
  const waits: number[] = []
  const react = async (request: IncomingMessage, response: ServerResponse) => {
    const text = await textOf(request)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    seen.push(one)
    const reaction = reactions[Math.min(seen.length, reactions.length) - 1]
    if (!reaction) throw new Error('a server without a reaction')
    reaction(one, response)
  }
  const server = createServer((request, response) => void react(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const retry = {
    random: () => 0.5,
    sleep: async (ms: number, signal?: AbortSignal) => {
      signal?.throwIfAborted()
      waits.push(ms)
    },
  }
  return { url, seen, waits, client: (options = {}) => new Skyhold({ baseUrl: url, ...options, retry: { ...retry, ...options.retry } }) }
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reaction =>
  (_seen, response) => {
    response
      .writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers })
      .end(JSON.stringify(body))
  }

export const problem = (
  status: number,
  code: string,
  { headers = {}, ...members }: { headers?: Record<string, string> } & Record<string, unknown> = {},
) =>
  json(
    { type: 'about:blank', title: 'No', status, detail: `It is ${code}.`, instance: '/x', code, requestId: 'req-1', ...members },
    status,
    headers,
  )

/** The connection dies under the request. */
export const hangUp: Reaction = (_seen, response) => response.destroy()

/** The connection dies behind the head of the answer and a part of its body. */
export const breakOff: Reaction = (_seen, response) => {
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': 100 }).write('{"id":', () => response.destroy())
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}
