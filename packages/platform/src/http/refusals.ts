import { PROBLEMS, Problem, type ProblemCode } from '@skyhold/contracts'
import { Type, type TSchema } from 'typebox'

/** The refusals of a route for its description, by status: which codes to expect, and that they are problem documents. */
export function refusals(...codes: ProblemCode[]): Record<number, TSchema> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes) byStatus.set(PROBLEMS[code][0], [...(byStatus.get(PROBLEMS[code][0]) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, listed]) => [
      status,
      {
        description: listed.join(', '),
        content: { 'application/problem+json': { schema: Type.Object(Problem.properties, { additionalProperties: true }) } },
      },
    ]),
  )
}
