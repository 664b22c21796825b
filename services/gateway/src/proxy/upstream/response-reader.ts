import type { IncomingHttpHeaders } from 'node:http'

/** What came is no answer in HTTP/1.1, or more of one than is sane. The connection is of no further use. */
export class Gibberish extends Error {
  override name = 'Gibberish'
}

export interface ResponseSink {
  onHead(status: number, headers: IncomingHttpHeaders): void
  /** The bytes stand in a buffer that is read into again: they are the sink's for the time of the call. */
  onData(piece: Buffer): void
  onEnd(): void
}

const HEAD_END = Buffer.from('\r\n\r\n')
/** As large as the gateway takes a client's; a service's are some hundred bytes. */
const HEAD_BYTES_MAX = 16 * 1024
/** The size of a chunk with its extensions, which nobody sends. */
const SIZE_LINE_MAX = 256
const LF = 10

const STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d(?: [^\r\n]*)?$/
/** One name would change the object that they are kept in. */
const NAME = /^(?!__proto__$)[!#$%&'*+\-.^_`|~0-9a-z]+$/
/** No head has one of these, beside the ends of its lines. */
const ILL = /[^\t\r\n\x20-\x7e\x80-\xff]/
const LENGTH = /^\d{1,15}$/
const CHUNK_SIZE = /^([0-9a-fA-F]{1,8})(?:;[\t\x20-\x7e\x80-\xff]*)?$/

/** `size`, `data`, `gap` and `trailers` are those of an answer in chunks. */
type State = 'head' | 'body' | 'until close' | 'size' | 'data' | 'gap' | 'trailers' | 'over'

/**
 * Reads answers off one connection, one after the other (RFC 9112). It takes what well-made services send and nothing else: where two readers could understand an answer in two
 * ways, by its length above all, it is gibberish. Throws Gibberish.
 */
export class ResponseReader {
  readonly #sink: ResponseSink
  #state: State = 'over'
  #isHead = false
  #isKept = true
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0
  /** The beginning of a head that came in pieces. */
  #pending: Buffer | null = null
  /** The beginning of a line of the chunks' framing. */
  #line = ''
  #trailerBytes = 0

  constructor(sink: ResponseSink) {
    this.#sink = sink
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  /** Whether another request may follow on the connection, once the answer is over. */
  get isKept(): boolean {
    return this.#isKept
  }

  /** The answer to a request of this method comes next. */
  begin(method: string): void {
    this.#state = 'head'
    this.#isHead = method === 'HEAD'
    this.#isKept = true
  }

  read(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'head') at = this.#readHead(chunk, at)
      else if (this.#state === 'body' || this.#state === 'data') at = this.#readPiece(chunk, at)
      else if (this.#state === 'until close') {
        this.#sink.onData(at === 0 ? chunk : chunk.subarray(at))
        return
      } else if (this.#state === 'over') {
        // Nobody has asked for more: whose answer it is cannot be known.
        this.#isKept = false
        return
      } else at = this.#readLine(chunk, at)
    }
  }

  /** The service has closed its side. True when that was the end of an answer. */
  close(): boolean {
    if (this.#state === 'until close') this.#end()
    return this.#state === 'over'
  }

  #readHead(chunk: Buffer, from: number): number {
    const before = this.#pending?.length ?? 0
    const bytes = this.#pending ? Buffer.concat([this.#pending, chunk.subarray(from)]) : chunk
    const start = this.#pending ? 0 : from
    // The last bytes of the piece before may begin the empty line.
    const end = bytes.indexOf(HEAD_END, Math.max(start, before - HEAD_END.length + 1))
    if ((end < 0 ? bytes.length : end) - start > HEAD_BYTES_MAX) throw new Gibberish('the head of the answer is too large')
    if (end < 0) {
      this.#pending = Buffer.from(bytes.subarray(start))
      return chunk.length
    }
    this.#pending = null
    this.#takeHead(bytes.toString('latin1', start, end))
    return from + (end + HEAD_END.length - start - before)
  }

  #takeHead(text: string): void {
    const lineEnd = text.indexOf('\r\n')
    const line = lineEnd < 0 ? text : text.slice(0, lineEnd)
    if (!STATUS_LINE.test(line)) throw new Gibberish('the answer does not begin as one of HTTP/1.1')
    if (ILL.test(text)) throw new Gibberish('the head of the answer has letters that none may have')
    const status = Number(line.slice(9, 12))
    const headers = lineEnd < 0 ? {} : headersOf(text, lineEnd + 2)
    if (status === 101) throw new Gibberish('the answer changes the protocol, which nobody has asked for')
    // More to come, and a matter of this hop.
    if (status < 200) return
    const isOld = line[7] === '0'
    this.#isKept = !isOld && !saysClose(headers.connection)
    this.#frame(status, headers, isOld)
    this.#sink.onHead(status, headers)
    if (this.#state === 'body' && this.#left === 0) this.#end()
  }

  /** How long the body is (RFC 9112 §6.3). `isOld`: of HTTP/1.0, which knows no chunks. */
  #frame(status: number, { 'content-length': length, 'transfer-encoding': encoding }: AnswerHeaders, isOld: boolean): void {
    if (encoding !== undefined && (length !== undefined || isOld || encoding.toLowerCase() !== 'chunked'))
      throw new Gibberish('nobody can say how long the answer is')
    if (length !== undefined && !LENGTH.test(length)) throw new Gibberish('the length of the answer is no number')
    this.#left = 0
    if (this.#isHead || status === 204 || status === 304) this.#state = 'body'
    else if (encoding !== undefined) this.#state = 'size'
    else if (length !== undefined) {
      this.#state = 'body'
      this.#left = Number(length)
    } else {
      this.#state = 'until close'
      this.#isKept = false
    }
  }

  #readPiece(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left)
    this.#left -= end - at
    this.#sink.onData(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end))
    if (this.#left > 0) return end
    if (this.#state === 'data') this.#state = 'gap'
    else this.#end()
    return end
  }

  #readLine(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(LF, at)
    this.#line += chunk.toString('latin1', at, end < 0 ? chunk.length : end)
    if (this.#line.length > (this.#state === 'trailers' ? HEAD_BYTES_MAX : SIZE_LINE_MAX))
      throw new Gibberish('a line of the chunks is too long')
    if (end < 0) return chunk.length
    if (!this.#line.endsWith('\r')) throw new Gibberish('a line of the chunks ends as none')
    const line = this.#line.slice(0, -1)
    this.#line = ''
    this.#takeLine(line)
    return end + 1
  }

  #takeLine(line: string): void {
    if (this.#state === 'gap') {
      if (line !== '') throw new Gibberish('a chunk is longer than it says')
      this.#state = 'size'
      return
    }
    if (this.#state === 'trailers') {
      // Nobody here reads them.
      this.#trailerBytes += line.length
      if (this.#trailerBytes > HEAD_BYTES_MAX) throw new Gibberish('the trailers are too large')
      if (line === '') this.#end()
      return
    }
    const size = CHUNK_SIZE.exec(line)?.[1]
    if (size === undefined) throw new Gibberish('the size of a chunk is no number')
    this.#left = Number.parseInt(size, 16)
    this.#trailerBytes = 0
    this.#state = this.#left === 0 ? 'trailers' : 'data'
  }

  #end(): void {
    this.#state = 'over'
    this.#sink.onEnd()
  }
}

type AnswerHeaders = IncomingHttpHeaders & Partial<Record<'content-length' | 'transfer-encoding', string>>

/** The lines of a head from an offset on, by their names in small letters; what came more than once is a list. */
function headersOf(text: string, from: number): AnswerHeaders {
  const headers: Record<string, string | string[]> = {}
  for (let at = from; at <= text.length; ) {
    const feed = text.indexOf('\n', at)
    const end = feed < 0 ? text.length : feed - 1
    const carriage = text.indexOf('\r', at)
    if (carriage !== (feed < 0 ? -1 : end)) throw new Gibberish('a line of the answer ends as none')
    const colon = text.indexOf(':', at)
    if (colon < 0 || colon > end) throw new Gibberish('a header of the answer has no name')
    const name = text.slice(at, colon).toLowerCase()
    if (!NAME.test(name)) throw new Gibberish('a header of the answer has a name that is none')
    const value = valueIn(text, colon + 1, end)
    const present = headers[name]
    if (present === undefined) headers[name] = value
    else if (name === 'content-length' || name === 'transfer-encoding') throw new Gibberish('the answer says twice how long it is')
    else headers[name] = [present, value].flat()
    at = end + 2
  }
  return headers
}

const saysClose = (connection: string | undefined): boolean =>
  connection !== undefined && connection !== 'keep-alive' && /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(connection)

/** Without the spaces and tabs around it. */
function valueIn(text: string, from: number, to: number): string {
  let [start, end] = [from, to]
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

const isBlank = (code: number) => code === 32 || code === 9
