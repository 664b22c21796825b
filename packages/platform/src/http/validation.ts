import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import { Ajv, type Options } from 'ajv'
import formats from 'ajv-formats'

/**
 * Closed, whole and exact: every error is reported, nothing is removed, and a body's types are not bent. The schemas are our own and not
 * checked themselves at each start; those of the API are linted in the description that is made of them.
 */
const OPTIONS: Options = {
  allErrors: true,
  removeAdditional: false,
  strict: false,
  useDefaults: true,
  ownProperties: true,
  validateSchema: false,
}

function validator(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ ...OPTIONS, coerceTypes })
  formats.default(ajv, ['date', 'date-time', 'email', 'uri'])
  return ajv
}

const forBodies = validator(false)
/** Everything in a query or a path is text, so numbers in them must be read from text. A doubled parameter is an array and is refused. */
const forText = validator(true)

export const compileValidator = ({ schema, httpPart }: { schema: unknown; httpPart?: string | undefined }) =>
  httpPart === 'body' ? bodyValidator(schema) : textValidator(schema)

/** Of an answer's body: Fastify's own. */
export const compileSerializer = ({ schema }: { schema: unknown }) => serializer(schema)

const bodyValidator = onceForEach((schema) => forBodies.compile(schema))
const textValidator = onceForEach((schema) => forText.compile(schema))
const toSerializer = SerializerSelector()({}, {})
/** It looks at the schema alone. */
const serializer = onceForEach((schema) => toSerializer({ schema, method: '', url: '', httpStatus: '' }))

/** Most answers of most routes are the same few schemas; compiled for each route anew, they are half of what the start of a service costs. */
function onceForEach<T>(compile: (schema: object) => T): (schema: unknown) => T {
  const compiled = new Map<string, T>()
  return (schema) => {
    const text = JSON.stringify(schema)
    const known = compiled.get(text)
    if (known !== undefined) return known
    const made = compile(schema as object)
    compiled.set(text, made)
    return made
  }
}
