import { readFileSync } from 'node:fs'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { FORMS } from '@skyhold/contracts'
import { expect, test } from 'vitest'
import { OPENAPI_FILE, openApiText } from '../../scripts/openapi.ts'

interface Operation {
  operationId: string
  'x-roles'?: string[]
  security: Record<string, string[]>[]
  responses: Record<string, { $ref?: string }>
}
const committed = readFileSync(OPENAPI_FILE, 'utf8')
const paths = (JSON.parse(committed) as { paths: Record<string, Record<string, Operation>> }).paths
const operations = Object.values(paths).flatMap((item) => Object.values(item))

/** Beyond what is recommended: everything is named and described. */
const RULES = {
  'operation-operationId': 'error',
  'operation-description': 'error',
  'parameter-description': 'error',
  'tag-description': 'error',
  'no-unused-components': 'error',
  'no-invalid-media-type-examples': 'error',
  'no-invalid-schema-examples': 'error',
} as const

test('openapi/skyhold.json — as the routes are now — is up to date (npm run contract)', async () => {
  expect(committed).toBe(await openApiText())
})

test('openapi document — linted — has no problem', async () => {
  const config = await createConfig({ extends: ['recommended'], rules: RULES })
  const problems = await lintFromString({ source: committed, absoluteRef: OPENAPI_FILE, config })
  expect(problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer ?? ''}: ${message}`)).toEqual([])
})

test('openapi document — every operation — has a name of its own and says who may call it', () => {
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  for (const { operationId, 'x-roles': roles = [], security } of operations) expect(security.length > 0, operationId).toBe(roles.length > 0)
})

test('openapi document — every operation — says how it fails, inside and at the door', () => {
  for (const { operationId, responses } of operations)
    expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(['500', '502', '503', '504']))
})

test('openapi document — every pattern in it — has words for people, which a refusal says instead', () => {
  const patterns = new Set<string>()
  JSON.parse(committed, (key, value: unknown) => {
    if (key === 'pattern' && typeof value === 'string') patterns.add(value)
    return value
  })
  expect([...patterns].filter((pattern) => !FORMS.has(pattern))).toEqual([])
})
