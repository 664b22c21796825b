import { expect, test } from 'vitest'
import { unstableSource } from '../../src/servers/debian-mirror.ts'

const STANZAS = `Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`

test('the unstable source — of stanzas — has the mirror and the key, without the security archive', () => {
  expect(unstableSource([STANZAS, null])).toBe(
    'Types: deb\nURIs: http://mirror.example/debian\nSuites: sid\nComponents: main\nSigned-By: /usr/share/keyrings/archive.gpg',
  )
})

test('the unstable source — of one-line sources — is the first mirror that is not the security archive', () => {
  const lines =
    '# deb cdrom:x\ndeb http://sec.example/x bookworm-security main\ndeb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main\n'
  expect(unstableSource([null, lines])).toBe(
    'Types: deb\nURIs: http://mirror.example/debian\nSuites: sid\nComponents: main\nSigned-By: /k.gpg',
  )
})

test('the unstable source — of a machine without sources — is none', () => {
  expect(unstableSource([null, null])).toBeNull()
  expect(unstableSource([null, '# nothing\n'])).toBeNull()
})
