import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: Promise<string>
}

/** A service that the test speaks for: it records what reaches it and answers as told. */
export interface Upstream {
  url: string
  port: number
  seen: Seen[]
  answer: RequestListener
  close(): Promise<void>
}

export async function startUpstream(answer: RequestListener = answerJson({ ok: true }), port = 0): Promise<Upstream> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    if (request.url !== '/health/ready' && !request.url?.startsWith('/internal/revoked-sessions'))
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: textOf(request) })
    upstream.answer(request, response)
  })
  await listen(server, port)
  const bound = (server.address() as AddressInfo).port
  const upstream: Upstream = {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    seen,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return upstream
}

export const answerJson =
  (value: unknown, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request: IncomingMessage, response: ServerResponse) => {
    const text = JSON.stringify(value)
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers }).end(text)
  }

/** A port that nobody listens on: it was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const listen = (server: Server, port: number) =>
  new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  try {
    for await (const chunk of request) text += String(chunk)
    return text
  } catch {
    // The gateway has broken the request off, which some tests are about.
    return `${text} (broken off)`
  }
}
