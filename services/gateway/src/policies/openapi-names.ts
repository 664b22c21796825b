import * as contracts from '@skyhold/contracts'

type Json = Record<string, unknown>
type Schemas = Record<string, Json>

/**
 * Gives the schemas of the contracts their names: wherever one stands in the document, a reference takes its place, and it becomes a component.
 * A page of a named thing is named after it. What is used nowhere is no component.
 */
export function withNamedSchemas(document: Json): { document: Json; schemas: Schemas } {
  const names = new Map(Object.entries(contractSchemas()).map(([name, schema]) => [JSON.stringify(schema), name]))
  const schemas: Schemas = {}

  function name(schema: Json, as: string): Json {
    // Entered before its inside is looked at, so that each is made once.
    if (!schemas[as]) {
      schemas[as] = {}
      schemas[as] = inside(schema)
    }
    return { $ref: `#/components/schemas/${as}` }
  }
  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk)
    if (!isObject(value)) return value
    const known = names.get(JSON.stringify(sorted(value)))
    if (known) return name(value, known)
    const page = pageName(value)
    return page ? name(value, page) : inside(value)
  }
  function pageName(value: Json): string | null {
    const { data, nextCursor, ...others } = (isObject(value.properties) ? value.properties : {}) as Record<string, Json | undefined>
    if (!data || !nextCursor || Object.keys(others).length || !isObject(data.items)) return null
    const item = names.get(JSON.stringify(sorted(data.items)))
    return item ? `${item}Page` : null
  }
  const inside = (value: Json): Json => Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one)]))
  return { document: inside(document), schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/** The objects among what the contracts export, by name, with sorted members so that equal ones are found whatever their order. */
function contractSchemas(): Schemas {
  const found: Schemas = {}
  for (const [name, value] of Object.entries(contracts)) {
    const plain = isObject(value) ? (JSON.parse(JSON.stringify(value)) as Json) : {}
    if (plain.type === 'object' && isObject(plain.properties)) found[name] = sorted(plain) as Json
  }
  return found
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
