import { Ajv, type Options } from 'ajv'
import formats from 'ajv-formats'

/** Closed, whole and exact: every error is reported, nothing is removed, and a body's types are not bent. */
const OPTIONS: Options = { allErrors: true, removeAdditional: false, strict: false, useDefaults: true, ownProperties: true }

function validator(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ ...OPTIONS, coerceTypes })
  formats.default(ajv, ['date', 'date-time', 'email', 'uri'])
  return ajv
}

const forBodies = validator(false)
/** Everything in a query or a path is text, so numbers in them must be read from text. A doubled parameter is an array and is refused. */
const forText = validator(true)

export function compileValidator({ schema, httpPart }: { schema: unknown; httpPart?: string | undefined }) {
  return (httpPart === 'body' ? forBodies : forText).compile(schema as object)
}
