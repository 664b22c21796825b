import { describe, expect, test } from 'vitest'
import { importsOf, importViolations } from './rules/imports.ts'
import { shapeViolations, textViolations } from './rules/texts.ts'

const file = (path: string, text: string) => ({ path, text })
const SERVICE = 'services/bookings/src'

test('importsOf — every way to import — is seen', () => {
  const text = [
    "import a from 'a'",
    "import type { B } from 'b'",
    "import {\n  c,\n} from 'c'",
    "import 'd'",
    "export * from 'e'",
    "const f = await import('f')",
  ].join('\n')
  expect(importsOf(text)).toEqual([
    { from: 'a', isTypeOnly: false },
    { from: 'b', isTypeOnly: true },
    { from: 'c', isTypeOnly: false },
    { from: 'd', isTypeOnly: false },
    { from: 'e', isTypeOnly: false },
    { from: 'f', isTypeOnly: false },
  ])
})

describe('importViolations', () => {
  test.each([
    [
      'controller → repository',
      `${SERVICE}/controllers/holds.ts`,
      "import { Holds } from '../repositories/holds.ts'",
      'controllers may not use repositories',
    ],
    [
      'service → route, even a type',
      `${SERVICE}/services/pay.ts`,
      "import type { Body } from '../routes/pay.ts'",
      'services may not use routes',
    ],
    [
      'repository → service',
      `${SERVICE}/repositories/holds.ts`,
      "import { hold } from '../services/hold.ts'",
      'repositories may not use services',
    ],
    [
      'domain → repository',
      `${SERVICE}/domain/fares.ts`,
      "import type { Fare } from '../repositories/fares.ts'",
      'domain may not use repositories',
    ],
    ['domain → files', `${SERVICE}/domain/fares.ts`, "import { readFile } from 'node:fs/promises'", 'the domain is pure'],
    ['service → Sequelize', `${SERVICE}/services/hold.ts`, "import { Op } from 'sequelize'", 'only repositories, models'],
    [
      'platform outside database → Sequelize',
      'packages/platform/src/jobs.ts',
      "import { Op } from 'sequelize'",
      'only repositories, models',
    ],
    ['service → other service by name', `${SERVICE}/services/hold.ts`, "import { x } from '@skyhold/flights'", 'services share nothing'],
    [
      'service → other service by path',
      `${SERVICE}/services/hold.ts`,
      "import { x } from '../../../flights/src/app.ts'",
      'services share nothing',
    ],
    [
      'gateway → the platform with its database',
      'services/gateway/src/app.ts',
      "import { Refusal } from '@skyhold/platform'",
      'a process without a database',
    ],
    ['package → service', 'packages/platform/src/http/app.ts', "import { x } from '@skyhold/gateway'", 'packages stand below'],
    [
      'package → tool',
      'packages/testkit/src/servers.ts',
      "import { x } from '../../../tools/stack/src/servers.ts'",
      'packages stand below',
    ],
    ['service source → testkit', `${SERVICE}/services/hold.ts`, "import { waitFor } from '@skyhold/testkit'", 'the testkit is for tests'],
  ])('a planted violation — %s — is found', (_what, path, text, reason) => {
    expect(importViolations(file(path, text))).toEqual([expect.stringContaining(reason)])
  })

  test.each([
    ['route → controller', `${SERVICE}/routes/holds.ts`, "import { holds } from '../controllers/holds.ts'"],
    ['service → repository', `${SERVICE}/services/hold.ts`, "import { Holds } from '../repositories/holds.ts'"],
    [
      'repository → model and Sequelize',
      `${SERVICE}/repositories/holds.ts`,
      "import { Op } from 'sequelize'\nimport { Hold } from '../models/hold.ts'",
    ],
    ['migration → Sequelize', 'services/bookings/migrations/0001-seats.ts', "import type { QueryInterface } from 'sequelize'"],
    ['app → everything', `${SERVICE}/app.ts`, "import { Holds } from './repositories/holds.ts'"],
    ['tool → service', 'tools/all-in-one/src/main.ts', "import { createFlights } from '../../../services/flights/src/app.ts'"],
    ['test → testkit', 'services/bookings/test/unit/hold.test.ts', "import { waitFor } from '@skyhold/testkit'"],
  ])('what the architecture wants — %s — passes', (_what, path, text) => {
    expect(importViolations(file(path, text))).toEqual([])
  })
})

describe('textViolations', () => {
  // Put together from pieces, so that this file passes its own rules.
  const skip = ['test', 'skip'].join('.')
  const note = ['TO', 'DO'].join('')
  const WORKPLACE = ['', 'work', 'main'].join('/')
  const NOW = ['NOW', '(3)'].join('')
  const TIMESTAMP = ['CURRENT', 'TIMESTAMP'].join('_')
  test.each([
    ['any', `${SERVICE}/services/hold.ts`, 'const x: any = 1', 'any'],
    ['as any', `${SERVICE}/services/hold.ts`, 'const x = y as any', 'as any'],
    ['a skipped test', 'services/bookings/test/unit/hold.test.ts', `${skip}('x', () => {})`, 'proves nothing'],
    ['a focused group', 'tests/e2e/site.test.ts', `${['describe', 'each', 'only'].join('.')}([])`, 'proves nothing'],
    ["the database's time", `${SERVICE}/repositories/holds.ts`, `const sql = 'UPDATE holds SET at = ${NOW}'`, 'one place'],
    ['a default of the database', 'services/bookings/migrations/0001-seats.ts', `literal('${TIMESTAMP}')`, 'one place'],
    ['time in the domain', `${SERVICE}/domain/hold.ts`, 'const now = Date.now()', 'the domain is pure'],
    ['roles of a route', `${SERVICE}/routes/holds.ts`, "const config = { access: ['admin'] }", 'one table'],
    ['a role asked for', `${SERVICE}/services/hold.ts`, "if (caller.roles.includes('agent')) free()", 'one table'],
    ['a path of a workplace', 'docs/runbook.md', `see ${WORKPLACE}`, 'one machine'],
    ['a note to oneself', `${SERVICE}/services/hold.ts`, `// ${note} later`, 'roadmap'],
  ])('a planted violation — %s — is found', (_what, path, text, reason) => {
    expect(textViolations(file(path, text))).toEqual([expect.stringContaining(reason)])
  })

  test.each([
    ['words in comments and texts', `${SERVICE}/services/hold.ts`, "// for any reason\nconst text = 'as any'\n/* : any */"],
    ['Promise.any and a member of that name', `${SERVICE}/services/hold.ts`, 'await Promise.any(all)\nif (x.any) y()'],
    ['a permission', `${SERVICE}/routes/holds.ts`, "const config = { access: rolesWith('bookings.own') }"],
    ['our own clock', `${SERVICE}/services/hold.ts`, 'const nowMs = await db.now()'],
    ['the file of the clock', 'packages/platform/src/database/clock.ts', `'SELECT ${NOW}'`],
  ])('what is allowed — %s — passes', (_what, path, text) => {
    expect(textViolations(file(path, text))).toEqual([])
  })
})

describe('shapeViolations', () => {
  test('shape — 300 lines pass, 301 do not, data may be long', () => {
    const lines = (count: number) => 'x\n'.repeat(count)
    expect(shapeViolations(file(`${SERVICE}/services/hold.ts`, lines(300)))).toEqual([])
    expect(shapeViolations(file(`${SERVICE}/services/hold.ts`, lines(301)))).toEqual([expect.stringContaining('301 lines')])
    expect(shapeViolations(file('services/flights/src/data/airports.ts', lines(9000)))).toEqual([])
  })

  test('names — camelCase and snake_case are found, kebab-case with suffixes passes', () => {
    expect(shapeViolations(file(`${SERVICE}/services/takeSeats.ts`, ''))).toHaveLength(1)
    expect(shapeViolations(file('services/bookings/migrations/0001_seats.ts', ''))).toHaveLength(1)
    expect(shapeViolations(file('services/bookings/migrations/0001-seats.ts', ''))).toEqual([])
    expect(shapeViolations(file(`${SERVICE}/repositories/signing-key.ts`, ''))).toEqual([])
  })
})
