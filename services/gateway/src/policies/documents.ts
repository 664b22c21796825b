import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** An answer that is the same for everybody for as long as the gateway runs. All of its answers share these bytes, however many wait to be read. */
export interface Document {
  type: string
  content: Buffer
  etag: string
}

export function documentOf(type: string, text: string | Buffer): Document {
  const content = Buffer.from(text)
  return { type, content, etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"` }
}

/** Answers 304 to who has it already. By its tag it is compressed once (compression.ts). */
export function sendDocument(request: FastifyRequest, reply: FastifyReply, { type, content, etag }: Document): FastifyReply {
  reply.header('etag', etag).header('cache-control', 'no-cache')
  return isNamedIn(request.headers['if-none-match'], etag) ? reply.code(304).send() : reply.type(type).send(content)
}

/** By the weak comparison, as RFC 9110 §13.1.2 has it. */
export function isNamedIn(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((each) => [etag, `W/${etag}`, '*'].includes(each.trim()))
}
