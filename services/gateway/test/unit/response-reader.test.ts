import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from 'vitest'
import { Gibberish, ResponseReader } from '../../src/proxy/upstream/response-reader.ts'

interface Read {
  status: number
  headers: IncomingHttpHeaders
  body: string
  isOver: boolean
  isKept: boolean
}

/** Reads an answer that comes in these pieces, each in the same buffer, as on a connection. */
function read(pieces: readonly string[], { method = 'GET', closes = false } = {}): Read {
  const seen: Read = { status: 0, headers: {}, body: '', isOver: false, isKept: false }
  const reader = new ResponseReader({
    onHead: (status, headers) => Object.assign(seen, { status, headers }),
    onData: (piece) => (seen.body += piece.toString('latin1')),
    onEnd: () => (seen.isOver = true),
  })
  reader.begin(method)
  const buffer = Buffer.alloc(64 * 1024)
  for (const piece of pieces) {
    const bytes = buffer.write(piece, 'latin1')
    reader.read(buffer.subarray(0, bytes))
    buffer.fill('?')
  }
  if (closes) reader.close()
  return { ...seen, isKept: reader.isKept }
}

const OK = 'HTTP/1.1 200 OK\r\n'
const WELL_MADE: [what: string, answer: string, read: Partial<Read>][] = [
  [
    'with a length',
    `${OK}Content-Length: 5\r\n\r\nhello`,
    { status: 200, headers: { 'content-length': '5' }, body: 'hello', isKept: true },
  ],
  ['without a body', `${OK}content-length: 0\r\n\r\n`, { body: '', isKept: true }],
  ['without a reason', 'HTTP/1.1 204\r\n\r\n', { status: 204, headers: {}, isKept: true }],
  [
    'of a condition that holds',
    'HTTP/1.1 304 Not Modified\r\netag: "a"\r\ncontent-length: 900\r\n\r\n',
    { status: 304, body: '', isKept: true },
  ],
  [
    'in chunks',
    `${OK}transfer-encoding: Chunked\r\n\r\n5\r\nhello\r\nA;x=1\r\n and more.\r\n0\r\n\r\n`,
    { body: 'hello and more.', isKept: true },
  ],
  [
    'in chunks with trailers',
    `${OK}transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-sum: 1\r\ny: 2\r\n\r\n`,
    { body: 'a', isKept: true },
  ],
  ['in chunks and empty', `${OK}transfer-encoding: chunked\r\n\r\n0\r\n\r\n`, { body: '', isKept: true }],
  [
    'after a hint',
    `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}content-length: 2\r\n\r\nhi`,
    { headers: { 'content-length': '2' }, body: 'hi' },
  ],
  ['that is the last of its connection', `${OK}connection: x, Close\r\ncontent-length: 2\r\n\r\nhi`, { body: 'hi', isKept: false }],
  ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi', { body: 'hi', isKept: false }],
  [
    'with a list',
    `${OK}set-cookie: a=1\r\nset-cookie: b=2\r\nset-cookie: c=3\r\ncontent-length: 0\r\n\r\n`,
    { headers: { 'set-cookie': ['a=1', 'b=2', 'c=3'], 'content-length': '0' } },
  ],
  [
    'with blanks',
    `${OK}x-blank: \t a b \t \r\nx-none:\r\ncontent-length:0\r\n\r\n`,
    { headers: { 'x-blank': 'a b', 'x-none': '', 'content-length': '0' } },
  ],
  [
    'with letters beyond ASCII',
    `${OK}x-name: \xe9\xa0\r\ncontent-length: 2\r\n\r\n\xff\x00`,
    { headers: { 'x-name': '\xe9\xa0', 'content-length': '2' }, body: '\xff\x00' },
  ],
]

describe('an answer', () => {
  test.each(WELL_MADE)('%s — whole, in two pieces cut anywhere, or letter by letter — is read as it is', (_what, answer, expected) => {
    const whole = read([answer])
    expect(whole).toMatchObject({ ...expected, isOver: true })
    for (let at = 1; at < answer.length; at += 1) expect(read([answer.slice(0, at), answer.slice(at)]), `cut at ${at}`).toEqual(whole)
    expect(read([...answer])).toEqual(whole)
  })

  test('to a HEAD — has no body, whatever it says', () => {
    const answer = `${OK}content-length: 5\r\n\r\n`
    expect(read([answer], { method: 'HEAD' })).toMatchObject({ isOver: true, isKept: true, headers: { 'content-length': '5' } })
    expect(read([`${OK}transfer-encoding: chunked\r\n\r\n`], { method: 'HEAD' })).toMatchObject({ isOver: true, body: '' })
  })

  test('without a length — ends with its connection, and not before', () => {
    const pieces = [`${OK}content-type: text/plain\r\n\r\nhel`, 'lo']
    expect(read(pieces)).toMatchObject({ body: 'hello', isOver: false, isKept: false })
    expect(read(pieces, { closes: true })).toMatchObject({ body: 'hello', isOver: true, isKept: false })
  })

  test.each([
    ['in its head', [`${OK}content-le`]],
    ['in its body', [`${OK}content-length: 5\r\n\r\nhel`]],
    ['in a chunk', [`${OK}transfer-encoding: chunked\r\n\r\n5\r\nhel`]],
    ['before its last chunk', [`${OK}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`]],
    ['in its trailers', [`${OK}transfer-encoding: chunked\r\n\r\n0\r\nx: 1\r\n`]],
  ])('that breaks off %s — is not over', (_where, pieces) => {
    expect(read(pieces, { closes: true }).isOver).toBe(false)
  })

  test('with more behind it — is whole, and nothing more is asked on its connection', () => {
    expect(read([`${OK}content-length: 2\r\n\r\nhi${OK}content-length: 2\r\n\r\nho`])).toMatchObject({
      body: 'hi',
      isOver: true,
      isKept: false,
    })
    expect(read([`${OK}transfer-encoding: chunked\r\n\r\n0\r\n\r\nX`])).toMatchObject({ body: '', isOver: true, isKept: false })
  })

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a status of four figures', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a lone line feed in its first line', 'HTTP/1.1 200 OK\nx: y\r\ncontent-length: 0\r\n\r\n'],
    ['a blank before the colon', `${OK}content-length : 5\r\n\r\nhello`],
    ['a folded header', `${OK}x: a\r\n b\r\n\r\n`],
    ['a header without a name', `${OK}: a\r\n\r\n`],
    ['a line that is no header', `${OK}hello\r\n\r\n`],
    ['a name that is none', `${OK}a b: c\r\n\r\n`],
    ['a name of every object', `${OK}__proto__: a\r\n\r\n`],
    ['a lone line feed', `${OK}x: a\ny: b\r\n\r\n`],
    ['a lone carriage return', `${OK}x: a\ry: b\r\n\r\n`],
    ['a letter that none may have', `${OK}x: a\x00b\r\n\r\n`],
    ['two lengths', `${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`],
    ['one length twice', `${OK}content-length: 5\r\nContent-Length: 5\r\n\r\nhello`],
    ['a length and chunks', `${OK}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a length below nothing', `${OK}content-length: -5\r\n\r\n`],
    ['a length in words', `${OK}content-length: five\r\n\r\n`],
    ['a length in a list', `${OK}content-length: 5, 5\r\n\r\nhello`],
    ['an encoding that nobody knows', `${OK}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a chunk without a size', `${OK}transfer-encoding: chunked\r\n\r\n\r\n`],
    ['a chunk whose size is no number', `${OK}transfer-encoding: chunked\r\n\r\n0x5\r\nhello\r\n`],
    ['a blank behind the size of a chunk', `${OK}transfer-encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n`],
    ['an extension with letters that none may have', `${OK}transfer-encoding: chunked\r\n\r\n5;\x00\r\nhello\r\n0\r\n\r\n`],
    ['a chunk below nothing', `${OK}transfer-encoding: chunked\r\n\r\n-1\r\n`],
    ['a chunk that is longer than it says', `${OK}transfer-encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n`],
    ['a chunk of a lone line feed', `${OK}transfer-encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n`],
    ['a size without an end', `${OK}transfer-encoding: chunked\r\n\r\n5;${'x'.repeat(300)}`],
    ['a head without an end', `${OK}x: ${'x'.repeat(17_000)}`],
    ['a head that is too large', `${OK}x: ${'x'.repeat(17_000)}\r\n\r\n`],
    ['trailers without an end', `${OK}transfer-encoding: chunked\r\n\r\n0\r\n${'x: y\r\n'.repeat(5_000)}`],
  ])('that is %s — is gibberish', (_what, answer) => {
    expect(() => read([answer])).toThrow(Gibberish)
    expect(() => read([...answer])).toThrow(Gibberish)
  })
})
