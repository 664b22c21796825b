import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { envExample } from '../../scripts/env-example.ts'
import { SETTINGS } from '../../src/settings.ts'

test('.env.example — the list of settings — is told exactly (node packages/contracts/scripts/env-example.ts writes it)', () => {
  expect(readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8')).toBe(envExample())
})

test('.env.example — uncommented — gives every setting its default', () => {
  const values = parseEnv(envExample().replaceAll(/^# (?=[A-Z_]+=)/gm, ''))
  const defaults = Object.entries(SETTINGS).map(([name, schema]) => [name, String('default' in schema ? schema.default : '')])
  expect(values).toEqual(Object.fromEntries(defaults))
})
