import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'
import type { App } from '@skyhold/platform/without-database'
import type { FastifyReply, FastifyRequest } from 'fastify'

export type Encoding = 'br' | 'gzip'

/** Less fits into one packet anyway. */
const FROM_BYTES = 1024
const COMPRESSIBLE = /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|javascript|xml)\b|image\/svg\+xml)/
/** A client may name its encodings in endless ways, of which real ones are few. */
const REMEMBERED_MAX = 200

// For text that is made anew for each answer: past these the time grows faster than the text shrinks.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 } }
const GZIP = { level: 5 }

const remembered = new Map<string, Encoding | null>()

/** The encoding that a client would have of these two, by its Accept-Encoding (RFC 9110 §12.5.3); null for none. */
export function encodingAsked(header: string | string[] | undefined): Encoding | null {
  if (typeof header !== 'string') return null
  const known = remembered.get(header)
  if (known !== undefined) return known
  const weights = new Map(header.split(',').map((entry) => weightOf(entry)))
  const weightFor = (encoding: string) => weights.get(encoding) ?? weights.get('*') ?? 0
  const best = weightFor('br') >= weightFor('gzip') ? 'br' : 'gzip'
  const asked = weightFor(best) > 0 ? best : null
  if (remembered.size >= REMEMBERED_MAX) remembered.clear()
  remembered.set(header, asked)
  return asked
}

function weightOf(entry: string): [name: string, weight: number] {
  const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  return [name, q === undefined ? 1 : Number(q.slice(2)) || 0]
}

interface Answer {
  status: number
  headers: Record<string, unknown>
  /** -1 = nobody knows yet. */
  length: number
}

/** Whether an answer gets smaller by compressing it and may be changed on its way. */
export function isCompressible({ status, headers, length }: Answer): boolean {
  if ((length >= 0 && length < FROM_BYTES) || status === 204 || status === 206 || status === 304) return false
  const { 'content-type': type, 'content-encoding': encoding, 'cache-control': caching } = headers
  if (encoding !== undefined || typeof type !== 'string' || !COMPRESSIBLE.test(type)) return false
  return !(typeof caching === 'string' && caching.includes('no-transform'))
}

export const encoderFor = (encoding: Encoding) => (encoding === 'br' ? createBrotliCompress(BROTLI) : createGzip(GZIP))

/** A strong tag names these very bytes, so the encoded ones have a tag of their own. A weak one names what is meant, which has not changed. */
export const encodedTag = (tag: string, encoding: Encoding): string =>
  tag.startsWith('W/') || !tag.endsWith('"') ? tag : `${tag.slice(0, -1)}-${encoding}"`

const ENCODED_TAG = /-(?:br|gzip)"/g

/** The tags in If-Match and If-None-Match as the services know them. */
export function restoreTags(headers: IncomingHttpHeaders): void {
  const { 'if-none-match': noneMatch, 'if-match': match } = headers
  if (noneMatch !== undefined) headers['if-none-match'] = noneMatch.replaceAll(ENCODED_TAG, '"')
  if (match !== undefined) headers['if-match'] = match.replaceAll(ENCODED_TAG, '"')
}

/** The tag of a 304 in the form in which the client asked for it: by it the client finds what it has kept. `rawHeaders` are those that it has sent. */
export function tagAsAsked(tag: string, rawHeaders: readonly string[]): string {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'if-none-match')
  const asked = at < 0 ? '' : (rawHeaders[at + 1] ?? '')
  if (asked.includes(tag)) return tag
  return [encodedTag(tag, 'br'), encodedTag(tag, 'gzip')].find((each) => asked.includes(each)) ?? tag
}

export function varyWith(present: number | string | string[] | undefined): string {
  const said = [present ?? []].flat().join(', ')
  if (said.includes('Accept-Encoding')) return said
  return said === '' ? 'Accept-Encoding' : `${said}, Accept-Encoding`
}

const compressors = {
  br: (body: Buffer) => promisify(brotliCompress)(body, BROTLI),
  gzip: (body: Buffer) => promisify(gzip)(body, GZIP),
}

/** Compresses what the gateway answers itself: pages, documents, long refusals. The proxy does so for what passes through. */
export function compressOwnAnswers(http: App): void {
  /** Bodies with a tag are documents, which are few: each is compressed once. */
  const kept = new Map<string, Promise<Buffer>>()

  async function encoded(body: Buffer, encoding: Encoding, tag: string | null): Promise<Buffer> {
    if (tag === null) return compressors[encoding](body)
    const known = kept.get(tag)
    if (known) return known
    const fresh = compressors[encoding](body)
    kept.set(tag, fresh)
    return fresh
  }

  http.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const tag = reply.getHeader('etag')
    if (reply.statusCode === 304 && typeof tag === 'string')
      reply.header('etag', tagAsAsked(tag, request.raw.rawHeaders)).header('vary', varyWith(reply.getHeader('vary')))
    if (typeof payload !== 'string' && !(payload instanceof Buffer)) return payload
    // Bytes are not copied: they may be a document's, which all of its answers share.
    const body = typeof payload === 'string' ? Buffer.from(payload) : payload
    if (!isCompressible({ status: reply.statusCode, headers: reply.getHeaders(), length: body.length })) return payload
    reply.header('vary', varyWith(reply.getHeader('vary')))
    const encoding = encodingAsked(request.headers['accept-encoding'])
    if (!encoding) return payload
    const ownTag = typeof tag === 'string' ? encodedTag(tag, encoding) : null
    if (ownTag !== null) reply.header('etag', ownTag)
    reply.removeHeader('content-length').header('content-encoding', encoding)
    return encoded(body, encoding, ownTag)
  })
}
