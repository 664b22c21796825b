import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { clientAddressOf, clientOriginOf, limitKeyOf } from '../../src/policies/client-address.ts'

/** As much of a request as the rules read. */
const incoming = (headers: Record<string, string>, remoteAddress = '10.0.0.1') =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage

describe('client address', () => {
  test('no trusted proxy — X-Forwarded-For present — only the socket counts', () => {
    expect(clientAddressOf(incoming({ 'x-forwarded-for': '6.6.6.6' }), 0)).toBe('10.0.0.1')
  })

  test('one trusted proxy — with a forged entry in front — takes what the proxy has appended', () => {
    expect(clientAddressOf(incoming({ 'x-forwarded-for': '6.6.6.6, 203.0.113.7' }), 1)).toBe('203.0.113.7')
  })

  test('two trusted proxies — with a forged entry in front — take the outer one’s', () => {
    expect(clientAddressOf(incoming({ 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.2' }), 2)).toBe('203.0.113.7')
  })

  test('a trusted proxy — that says nothing — leaves its own address', () => {
    expect(clientAddressOf(incoming({}), 1)).toBe('10.0.0.1')
    expect(clientAddressOf(incoming({ 'x-forwarded-for': '203.0.113.7' }), 3)).toBe('203.0.113.7')
  })
})

test.each([
  ['203.0.113.9:50001', '203.0.113.9'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['2001:DB8:0:0::0001', '2001:db8::1'],
  ['::FFFF:203.0.113.9', '::ffff:203.0.113.9'],
  ['fe80::1%eth0', 'fe80::1'],
  ['unknown', '10.0.0.1'],
  ['_hidden', '10.0.0.1'],
  ['203.0.113.999', '10.0.0.1'],
  ['203.0.113.9:', '10.0.0.1'],
])('client address — that a trusted proxy writes as %s — is %s', (written, address) => {
  expect(clientAddressOf(incoming({ 'x-forwarded-for': written }), 1)).toBe(address)
})

test('client origin — said by nobody trusted — is what the connection shows', () => {
  const request = incoming({ host: 'skyhold.test', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' })
  expect(clientOriginOf(request, 0)).toEqual({ protocol: 'http', host: 'skyhold.test' })
  expect(clientOriginOf(request, 1)).toEqual({ protocol: 'https', host: 'evil.example' })
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2'],
  ['2001:db8:0000:02:3:4:5:6', '2001:db8:0:2'],
  ['::1', '0:0:0:0'],
])('limit key — of %s — is %s', (address, key) => {
  expect(limitKeyOf(address)).toBe(key)
})
