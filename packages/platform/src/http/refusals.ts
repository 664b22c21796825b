import { PROBLEM_MEMBERS, PROBLEMS, Problem, type ProblemCode } from '@skyhold/contracts'
import { Type, type TSchema } from 'typebox'

const PROBLEM_TYPE = 'application/problem+json'

/** The refusals of a route for its description, by status: which codes to expect, which members each brings, and that they are problem documents. */
export function refusals(...codes: ProblemCode[]): Record<number, TSchema> {
  const byStatus = new Map<number, Set<ProblemCode>>()
  for (const code of codes) {
    const status = PROBLEMS[code][0]
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code))
  }
  return Object.fromEntries(
    [...byStatus].map(([status, listed]) => [
      status,
      { description: [...listed].join(', '), content: { [PROBLEM_TYPE]: { schema: problemSchema([...listed]) } } },
    ]),
  )
}

const problemSchema = (codes: ProblemCode[]): TSchema =>
  Type.Object(
    { ...Problem.properties, ...Object.assign({}, ...codes.map((code) => PROBLEM_MEMBERS[code] ?? {})), code: Type.Enum(codes) },
    // Open, because an answer is written by this schema too, and a member that it lacks would be lost instead of found.
    { additionalProperties: true },
  )

/** The codes that a described response may have; null when it is not a refusal. */
export function codesOf(response: unknown): ProblemCode[] | null {
  const { content } = (response ?? {}) as { content?: Record<string, { schema?: { properties?: { code?: { enum?: ProblemCode[] } } } }> }
  return content?.[PROBLEM_TYPE]?.schema?.properties?.code?.enum ?? null
}
