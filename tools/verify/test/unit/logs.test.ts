import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { tempDir } from '@skyhold/testkit'
import { expect, test } from 'vitest'
import { leakingLines } from '../../src/observe/logs.ts'

function scan(line: string, secrets: readonly string[] = ['a password', 'zqcanary']): string[] {
  const folder = tempDir('logs')
  writeFileSync(path.join(folder, 'bookings-1.log'), `{"msg":"ready"}\n${line}\n`)
  writeFileSync(path.join(folder, 'core.dump'), line)
  return leakingLines(folder, secrets)
}

test.each([
  ['a password', 'opened with a password'],
  ['the name of a person', 'for Vera Zqcanary'],
  ['the hash of a password', '$argon2id$v=19$m=1'],
  ['a hash of the platform', 'scrypt$16384$8$1$c2FsdA$aGFzaA'],
  ['an access token', 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.x'],
  ['the token of a look-up', 'bkt_0123456789'],
  ['the secret of a payment', 'pi_1_secret_2'],
  ['the secret of the webhooks', 'whsec_abc'],
  ['the key of the provider', 'sk_live_abc'],
  ['a private key', '-----BEGIN PRIVATE KEY-----'],
  ['a card number', '4242 4242 4242 4242'],
  ['a statement', 'SELECT id FROM claims'],
])('logs — a line with %s — is found, and not shown with it', (_what, secret) => {
  const lines = scan(`{"msg":"paid","what":"${'x'.repeat(200)} ${secret}"}`)
  expect(lines).toEqual([expect.stringMatching(/^\{"msg":"paid".*\(\d+ characters\) "msg":"paid"$/)])
  expect(lines[0]).not.toContain(secret)
})

test('logs — ids, times, stacks and the names of errors — are none', () => {
  const harmless = [
    'bkg_4242424242424242',
    '2026-11-28T14:00:00.000Z',
    'Error: x\\n    at pay (/srv/pay.ts:1:2)',
    'SequelizeDatabaseError',
    '4242 4242 4242 4241',
  ]
  expect(harmless.flatMap((line) => scan(`{"msg":"${line}"}`))).toEqual([])
})
