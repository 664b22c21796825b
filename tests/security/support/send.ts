import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { setTimeout as later } from 'node:timers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'

export interface Sent {
  method: string
  /** As it stands in the request line; nothing is cleaned up on the way. */
  path: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** Whose connections it takes; left out: those that all share. */
  agent?: Agent
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** Of the connection that it came over. */
  localPort: number | undefined
  text: string
  /** The body as JSON; null when it has none or is something else. */
  json: unknown
}

/** A hang is a failure: the longest that the gateway lets a payment take, and a little. */
const PATIENCE_MS = 40_000
const sharedAgent = new Agent({ keepAlive: true, maxSockets: 16 })

/** Sends what a library would refuse to send. Of an answer without an end, such as an event stream, the head alone is read. */
export function send(baseUrl: string, { method, path, headers = {}, body, agent = sharedAgent }: Sent): Promise<Answer> {
  const { hostname, port } = new URL(baseUrl)
  return new Promise((resolve, reject) => {
    // Node says the length of a DELETE's body only when it is told, and the body would then be read as the next request.
    const isCounted = body !== undefined && !('content-length' in headers) && !('transfer-encoding' in headers)
    const length = isCounted ? { 'content-length': String(Buffer.byteLength(body)) } : {}
    const outgoing = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } })
    const patience = later(() => outgoing.destroy(new Error(`${method} ${path} was not answered in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS)
    let answered = false
    outgoing.on('error', (error) => {
      clearTimeout(patience)
      // A refused body is answered while it is still being sent, and the connection is then closed: the answer counts.
      if (!answered) reject(new Error(`${method} ${path}: ${error.message}`, { cause: error }))
    })
    outgoing.on('response', (response) => {
      answered = true
      const pieces: Buffer[] = []
      const { localPort } = response.socket
      const done = () => {
        clearTimeout(patience)
        const text = decoded(Buffer.concat(pieces), response.headers['content-encoding']).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, localPort, text, json: parsed(text) })
      }
      if (response.headers['content-type']?.startsWith('text/event-stream')) {
        done()
        response.destroy()
        return
      }
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', done)
      response.on('error', done)
    })
    outgoing.end(body)
  })
}

export const sendJson = (
  baseUrl: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  send(baseUrl, { method, path, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

function decoded(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'br') return brotliDecompressSync(body)
  return encoding === 'gzip' ? gunzipSync(body) : body
}

/** The code of a problem document. */
export const codeOf = ({ json }: Pick<Answer, 'json'>): unknown =>
  typeof json === 'object' && json !== null && 'code' in json ? json.code : undefined

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
