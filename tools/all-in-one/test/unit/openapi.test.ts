import { readFileSync } from 'node:fs'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { FORMS } from '@skyhold/contracts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { OPENAPI_FILE, openApiText } from '../../scripts/openapi.ts'

interface Response {
  $ref?: string
  headers?: Record<string, unknown>
  content?: Record<string, { schema?: object; examples?: Record<string, { $ref: string }> }>
}
interface Operation {
  operationId: string
  tags: string[]
  'x-roles'?: string[]
  security: Record<string, string[]>[]
  responses: Record<string, Response>
}
const committed = readFileSync(OPENAPI_FILE, 'utf8')
const { paths, components } = JSON.parse(committed) as {
  paths: Record<string, Record<string, Operation>>
  components: { responses: Record<string, Response>; examples: Record<string, { value: unknown }> }
}
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

/** What passengers' programs call, and the calls under these tags that have no example: a key set is what RFC 7517 says, and staff know theirs. */
const SHOWN = ['auth', 'me', 'flights', 'holds', 'bookings', 'payments', 'cancellations', 'refunds', 'waiting-room']
const isForPassengers = ({ operationId, tags, 'x-roles': roles }: Operation) =>
  tags.some((tag) => SHOWN.includes(tag)) &&
  (roles?.includes('customer') ?? true) &&
  !['listPublicKeys', 'takeProviderEvent'].includes(operationId)

test('openapi document — every JSON answer to a passenger’s program — has an example, which its schema allows', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'skyhold', components })
  const seen = new Set<string>()
  for (const { operationId, responses } of operations.filter(isForPassengers))
    for (const [status, { content }] of Object.entries(responses).filter(([each]) => Number(each) < 300)) {
      const media = content?.['application/json']
      if (!media) continue
      const name =
        Object.values(media.examples ?? {})[0]
          ?.$ref.split('/')
          .at(-1) ?? ''
      expect(components.examples, `${operationId} ${status}`).toHaveProperty(name)
      const schema = JSON.parse(JSON.stringify(media.schema).replaceAll('"#/', '"skyhold#/')) as object
      expect(ajv.validate(schema, components.examples[name]?.value), `${operationId} ${status}: ${ajv.errorsText()}`).toBe(true)
      seen.add(name)
    }
  expect([...seen].sort()).toEqual(Object.keys(components.examples).filter((name) => name !== 'UserPage' && name !== 'AirportPage'))
})

test('openapi document — every answer — tells the name of its request', () => {
  for (const { operationId, responses } of operations)
    for (const [status, response] of Object.entries(responses)) {
      const { headers = {} } = response.$ref ? (components.responses[response.$ref.split('/').at(-1) ?? ''] ?? {}) : response
      expect(headers, `${operationId} ${status}`).toHaveProperty('X-Request-Id')
    }
})
