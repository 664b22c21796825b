import { expect, test } from 'vitest'
import { encodedTag, encodingAsked, isCompressible, restoreTags, tagAsAsked } from '../../src/policies/compression.ts'

test.each<[string | undefined, string | null]>([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0.2, gzip;q=0.8', 'gzip'],
  ['br;q=0, gzip;q=0', null],
  ['*', 'br'],
  ['*;q=0.1, br;q=0', 'gzip'],
  ['br;q=nonsense', null],
])('Accept-Encoding — %s — is answered with %s', (header, encoding) => {
  expect(encodingAsked(header)).toBe(encoding)
})

const json = { 'content-type': 'application/json; charset=utf-8' }
test.each<[string, boolean, Parameters<typeof isCompressible>[0]]>([
  ['JSON from 1 KiB', true, { status: 200, headers: json, length: 1024 }],
  ['JSON of less', false, { status: 200, headers: json, length: 1023 }],
  ['JSON of unknown length', true, { status: 200, headers: json, length: -1 }],
  ['a problem', true, { status: 409, headers: { 'content-type': 'application/problem+json' }, length: 5000 }],
  ['HTML', true, { status: 200, headers: { 'content-type': 'text/html' }, length: 5000 }],
  ['CSV', true, { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, length: 5000 }],
  ['a picture in SVG', true, { status: 200, headers: { 'content-type': 'image/svg+xml' }, length: 5000 }],
  ['a PDF', false, { status: 200, headers: { 'content-type': 'application/pdf' }, length: 5000 }],
  ['an event stream', false, { status: 200, headers: { 'content-type': 'text/event-stream' }, length: -1 }],
  ['what is encoded already', false, { status: 200, headers: { ...json, 'content-encoding': 'gzip' }, length: 5000 }],
  ['what nobody may change', false, { status: 200, headers: { ...json, 'cache-control': 'no-transform' }, length: 5000 }],
  ['a part', false, { status: 206, headers: json, length: 5000 }],
  ['204', false, { status: 204, headers: json, length: -1 }],
  ['304', false, { status: 304, headers: json, length: -1 }],
])('compressing — %s — is worth it: %s', (_case, expected, answer) => {
  expect(isCompressible(answer)).toBe(expected)
})

test('a tag — strong, weak, encoded and back — names the bytes that it came with', () => {
  expect([encodedTag('"7"', 'br'), encodedTag('"7"', 'gzip'), encodedTag('W/"7"', 'br')]).toEqual(['"7-br"', '"7-gzip"', 'W/"7"'])
  const headers = { 'if-none-match': '"7-br", W/"8", "9-gzip"', 'if-match': '"7-gzip"' }
  restoreTags(headers)
  expect(headers).toEqual({ 'if-none-match': '"7", W/"8", "9"', 'if-match': '"7"' })
  expect(tagAsAsked('"7"', ['If-None-Match', '"6-br", "7-gzip"'])).toBe('"7-gzip"')
  expect(tagAsAsked('"7"', ['if-none-match', '"7"'])).toBe('"7"')
  expect(tagAsAsked('"7"', ['accept', '*/*'])).toBe('"7"')
})
