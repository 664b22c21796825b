import { PROBLEM_MEMBERS, PROBLEMS, Problem, type ProblemCode } from '@skyhold/contracts'
import { codesOf } from '@skyhold/platform/without-database'
import { headersOfRefusal } from './openapi-headers.ts'

type Json = Record<string, unknown>

const PROBLEM_TYPE = 'application/problem+json'

/** Every problem document has these members; what else a code brings stands at the responses that have it. */
export const problemSchema: Json = {
  ...plain(Problem),
  description: 'RFC 9457 problem details. `code` is what programs read; it never changes its meaning.',
  additionalProperties: undefined,
}

/** The response of one status: each code that it may have, the members of these codes and no others, and an example. */
export function problemResponse(codes: readonly ProblemCode[]): Json {
  const [first] = codes
  if (!first) throw new Error('a refusal without a code')
  const [status, title] = PROBLEMS[first]
  const members = plain(Object.assign({}, ...codes.map((code) => PROBLEM_MEMBERS[code] ?? {})) as Json)
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    type: 'object',
    properties: { code: { type: 'string', enum: codes }, ...members },
    required: ['code'],
    unevaluatedProperties: false,
  }
  const example = {
    type: `https://skyhold.example/problems/${first}`,
    title,
    status,
    detail: `${title}.`,
    instance: '/api/v1/…',
    code: first,
    requestId: '3f0c1a52-6f3c-4a39-9d0b-0d6a7f1c2e11',
  }
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}`).join('. '),
    ...headersOfRefusal(status),
    content: { [PROBLEM_TYPE]: { schema, example } },
  }
}

/** Makes components of the refusals that several calls share, named after their codes, and puts references in their places. */
export function withSharedRefusals(paths: Record<string, Json>): { paths: Record<string, Json>; responses: Json } {
  const uses = new Map<string, number>()
  eachRefusal(paths, (response, codes) => {
    const name = refusalName(codes)
    uses.set(name, (uses.get(name) ?? 0) + 1)
    return response
  })
  const responses: Json = {}
  const shared = eachRefusal(paths, (response, codes) => {
    const name = refusalName(codes)
    if ((uses.get(name) ?? 0) < 2) return response
    responses[name] = response
    return { $ref: `#/components/responses/${name}` }
  })
  return { paths: shared, responses: Object.fromEntries(Object.entries(responses).sort(([a], [b]) => (a < b ? -1 : 1))) }
}

const refusalName = (codes: readonly string[]) =>
  codes.map((code) => code.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())).join('Or')

function eachRefusal(paths: Record<string, Json>, replace: (response: Json, codes: readonly string[]) => Json): Record<string, Json> {
  const ofOperation = (operation: Json): Json => ({
    ...operation,
    responses: mapValues(operation.responses as Json, (response) => {
      const codes = codesOf(response)
      return codes ? replace(response as Json, codes) : response
    }),
  })
  return mapValues(paths, (item) => mapValues(item as Json, (operation) => ofOperation(operation as Json))) as Record<string, Json>
}

const mapValues = (record: Json, map: (value: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

/** Groups codes by the status that they are answered with; each code once, in the order of the list of all codes. */
export function byStatus(codes: readonly ProblemCode[]): Map<string, ProblemCode[]> {
  const groups = new Map<string, ProblemCode[]>()
  for (const code of Object.keys(PROBLEMS) as ProblemCode[])
    if (codes.includes(code)) {
      const status = String(PROBLEMS[code][0])
      groups.set(status, [...(groups.get(status) ?? []), code])
    }
  return groups
}

/** A plain copy: TypeBox marks its schemas in ways that are no JSON. */
function plain(schema: object): Json {
  return JSON.parse(JSON.stringify(schema)) as Json
}
