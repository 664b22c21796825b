import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

interface Operation {
  operationId: string
  parameters?: { $ref?: string }[]
  security: unknown[]
  responses: Record<string, unknown>
}
interface Document {
  paths: Record<string, Record<string, Operation>>
}

const OPENAPI_FILE = new URL('../../../openapi/skyhold.json', import.meta.url)
export const TYPES_FILE = fileURLToPath(new URL('../src/generated/openapi.ts', import.meta.url))

const HEAD = '// Made by `npm run contract` from openapi/skyhold.json; not written by hand.\n\n'

/** The text of `src/generated/openapi.ts`: the types of every call, where each is sent, and the codes of all refusals. */
export async function typesText(): Promise<string> {
  const text = readFileSync(OPENAPI_FILE, 'utf8')
  const types = astToString(await openapiTS(text, { alphabetize: false, exportType: true }))
  const document = JSON.parse(text) as Document
  return `${HEAD}${types}\n${callsText(document)}\n${codesText(text)}`
}

function callsText({ paths }: Document): string {
  const calls = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, parameters = [], security }]) => {
      const takesKey = parameters.some(({ $ref }) => $ref === '#/components/parameters/IdempotencyKey')
      return `  ${operationId}: { method: '${method.toUpperCase()}', path: '${path}', takesKey: ${takesKey}, isPublic: ${security.length === 0} },\n`
    }),
  )
  return `/** Where each call is sent, whether it takes an Idempotency-Key, and whether it is open to those who are not signed in. */\nexport const CALLS = {\n${calls.join('')}} as const\n`
}

function codesText(text: string): string {
  const codes = new Set<string>()
  JSON.parse(text, (key, value: unknown) => {
    const { enum: listed } = (key === 'code' && typeof value === 'object' && value !== null ? value : {}) as { enum?: string[] }
    for (const code of listed ?? []) codes.add(code)
    return value
  })
  const lines = [...codes].sort().map((code) => `  | '${code}'\n`)
  return `/** Every code that a refusal may have. */\nexport type ProblemCode =\n${lines.join('')}`
}

if (import.meta.main) writeFileSync(TYPES_FILE, await typesText())
