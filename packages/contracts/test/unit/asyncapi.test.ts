import { readFileSync } from 'node:fs'
import specs from '@asyncapi/specs'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { ASYNCAPI_FILE, asyncApiText } from '../../scripts/asyncapi.ts'
import { EVENTS } from '../../src/events.ts'

const document = JSON.parse(asyncApiText())

test('asyncapi/skyhold.json — as the events are now — is up to date (npm run contract)', () => {
  expect(readFileSync(ASYNCAPI_FILE, 'utf8')).toBe(asyncApiText())
})

test('asyncapi document — against the schema of AsyncAPI 3.0 — is valid', () => {
  const schema = specs.schemas['3.0.0'] as object
  // The schema brings its own copy of JSON Schema's, which must not meet ajv's.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, meta: false, validateSchema: false })
  const validate = ajv.compile(schema)
  validate(document)
  expect(validate.errors ?? []).toEqual([])
})

test('asyncapi document — every reference — leads somewhere', () => {
  for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = pointer.split('/').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document)
    expect(target, pointer).toBeDefined()
  }
})

test('asyncapi document — every event — has a message that is published, with the schema of its data', () => {
  const messages = Object.values(document.components.messages) as { name: string; payload: { properties: { data: unknown } } }[]
  expect(messages.map(({ name }) => name)).toEqual(Object.keys(EVENTS))
  for (const { name, payload } of messages)
    expect(payload.properties.data, name).toEqual(JSON.parse(JSON.stringify(EVENTS[name as keyof typeof EVENTS])))
})
