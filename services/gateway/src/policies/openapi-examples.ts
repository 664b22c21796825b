import { ANSWER_EXAMPLES } from '@skyhold/contracts'

type Json = Record<string, unknown>
interface Media {
  schema?: { $ref?: string }
}
interface Response {
  content?: Record<string, Media>
}

const JSON_TYPE = 'application/json'

/** Puts the examples of the contracts beside the answers that are of their kinds, and returns those that are used: each stands in the document once. */
export function withExamples(paths: Record<string, Json>): { paths: Record<string, Json>; examples: Json } {
  const examples: Json = {}
  const ofResponse = (response: Response): Response => {
    const media = response.content?.[JSON_TYPE]
    const name = media?.schema?.$ref?.split('/').at(-1)
    const value = name === undefined ? undefined : exampleOf(name)
    if (name === undefined || value === undefined) return response
    examples[name] = { value }
    const shown = { ...media, examples: { [name]: { $ref: `#/components/examples/${name}` } } }
    return { ...response, content: { ...response.content, [JSON_TYPE]: shown } }
  }
  const ofOperation = (operation: Json): Json => ({
    ...operation,
    responses: mapped(operation.responses as Record<string, Response>, ofResponse),
  })
  return { paths: mapped(paths, (item) => mapped(item as Record<string, Json>, ofOperation)), examples: sorted(examples) }
}

/** Of a schema by its name; a page of a kind has the one. */
function exampleOf(name: string): unknown {
  const examples: Readonly<Record<string, unknown>> = ANSWER_EXAMPLES
  const [, kind = ''] = /^(.+)Page$/.exec(name) ?? []
  return kind in examples ? { data: [examples[kind]], nextCursor: null } : examples[name]
}

const mapped = <A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

const sorted = (record: Json): Json => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
