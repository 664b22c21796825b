import * as fc from 'fast-check'
import type { Schema } from './document.ts'

/** Longer texts than this add nothing but time. */
const TEXT_MAX = 60
const ARRAY_MAX = 4

/** Values of a schema, as the API's own bodies and parameters use JSON Schema; throws on a word it does not know how to make. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const)
  if (Array.isArray(schema.enum)) return fc.constantFrom<unknown>(...(schema.enum as unknown[]))
  for (const word of ['anyOf', 'oneOf'] as const) {
    const options = schema[word]
    if (Array.isArray(options)) return fc.oneof(...(options as Schema[]).map(valuesOf))
  }
  if (Array.isArray(schema.allOf))
    return fc.tuple(...(schema.allOf as Schema[]).map(valuesOf)).map((parts) => Object.assign({}, ...parts) as unknown)
  switch (schema.type) {
    case 'object':
      return objectsOf(schema)
    case 'array':
      return arraysOf(schema)
    case 'string':
      return textsOf(schema)
    case 'integer':
      return fc.integer({ min: numberOr(schema.minimum, -2_147_483_648), max: numberOr(schema.maximum, 2_147_483_647) })
    case 'number':
      return fc.double({ min: numberOr(schema.minimum, -1e9), max: numberOr(schema.maximum, 1e9), noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

function objectsOf(schema: Schema): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const required = new Set((schema.required ?? []) as string[])
  const members = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valuesOf(each)]))
  return fc.record(members, { requiredKeys: Object.keys(members).filter((name) => required.has(name)), noNullPrototype: true })
}

function arraysOf(schema: Schema): fc.Arbitrary<unknown> {
  const minLength = numberOr(schema.minItems, 0)
  const maxLength = Math.max(minLength, Math.min(numberOr(schema.maxItems, ARRAY_MAX), ARRAY_MAX))
  const items = valuesOf((schema.items ?? {}) as Schema)
  return schema.uniqueItems === true
    ? fc.uniqueArray(items, { minLength, maxLength, comparator: 'SameValueZero' })
    : fc.array(items, { minLength, maxLength })
}

const FORMATS: Record<string, () => fc.Arbitrary<string>> = {
  date: () => someDay().map((at) => at.toISOString().slice(0, 10)),
  'date-time': () => someDay().map((at) => at.toISOString()),
  email: () => fc.stringMatching(/^[a-z]{1,8}@example\.com$/),
  uri: () => fc.webUrl(),
}

/** Around the days on which there are flights. */
const someDay = () => fc.integer({ min: -5, max: 90 }).map((days) => new Date(Date.now() + days * 86_400_000))

function textsOf(schema: Schema): fc.Arbitrary<string> {
  const minLength = numberOr(schema.minLength, 0)
  const maxLength = Math.max(minLength, Math.min(numberOr(schema.maxLength, TEXT_MAX), TEXT_MAX))
  const fits = (text: string) => [...text].length >= minLength && [...text].length <= numberOr(schema.maxLength, Infinity)
  const format = FORMATS[String(schema.format)]
  if (format) return format()
  if (typeof schema.pattern !== 'string') return fc.string({ minLength, maxLength, unit: 'grapheme' }).filter(fits)
  return patternsOf(schema.pattern).filter(fits)
}

/** Unicode classes are beyond the library's pattern texts: a few of their members stand for them. Look-aheads hold for nearly all, and a body that misses one is a bad one, which is wanted too. */
function patternsOf(pattern: string): fc.Arbitrary<string> {
  const plain = pattern
    .replaceAll(/\\p\{C[a-z]?\}/g, '\\x00-\\x1f')
    .replaceAll(/\\p\{(?:L|M|Lu|Ll)\}/g, 'A-Za-zéñ')
    .replaceAll(/\\p\{(?:Zs|N|Nd)\}/g, ' 0-9')
    .replaceAll(/\(\?[!=][^)]*\)/g, '')
  return fc.stringMatching(new RegExp(plain), { maxLength: TEXT_MAX })
}

const numberOr = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback)
