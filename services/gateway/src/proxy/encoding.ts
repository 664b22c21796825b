import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Transform } from 'node:stream'
import { encodedTag, encoderFor, encodingAsked, isCompressible, tagAsAsked, varyWith } from '../policies/compression.ts'

/** Answers that hold tokens are never compressed: how short they get could tell something of what is in them (BREACH). */
const SECRET_PATHS = '/api/v1/auth/'

interface Passing {
  path: string
  status: number
  /** The service's; what compressing makes untrue of them is taken out. */
  headers: IncomingHttpHeaders
  /** What the gateway says itself. */
  own: Record<string, number | string | string[] | undefined>
  length: number
}

/** What compresses an answer on its way, if its client asks for that and it is worth it. The headers are changed to fit. */
export function encoderOf(request: IncomingMessage, { path, status, headers, own, length }: Passing): Transform | null {
  if (status === 304) {
    // What the 200 varies by, whose type and length nobody tells here (RFC 9110 §15.4.5).
    if (!path.startsWith(SECRET_PATHS)) own.vary = varyWith(own.vary)
    if (headers.etag !== undefined) headers.etag = tagAsAsked(headers.etag, request.rawHeaders)
    return null
  }
  if (!isCompressible({ status, headers, length }) || path.startsWith(SECRET_PATHS)) return null
  own.vary = varyWith(own.vary)
  const encoding = encodingAsked(request.headers['accept-encoding'])
  if (!encoding) return null
  own['content-encoding'] = encoding
  delete headers['content-length']
  if (headers.etag !== undefined) headers.etag = encodedTag(headers.etag, encoding)
  // A HEAD is told what a GET would get, and there is nothing to compress.
  return request.method === 'HEAD' ? null : encoderFor(encoding)
}
