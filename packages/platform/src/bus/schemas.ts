import { EnvelopeOf, EVENTS, type EventEnvelope, type EventType } from '@skyhold/contracts'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/schema'
import { InvalidEvent } from './errors.ts'

type Validator = ReturnType<typeof Compile<TSchema>>

const strict = new Map<EventType, Validator>()
const tolerant = new Map<EventType, Validator>()

/** Checks an event where it leaves: exactly what the contract says and nothing more. Throws `InvalidEvent`. */
export function assertPublishable(event: EventEnvelope): void {
  check(event, strict, (schema) => schema)
}

/**
 * Reads a message where it arrives. A member that this version does not know is let through, because a newer producer may run beside an
 * older consumer; everything that the contract asks for must be there. Throws `InvalidEvent`.
 */
export function readEvent(message: unknown): EventEnvelope {
  return check(message, tolerant, withoutClosing)
}

/** Reads the text of a message. Throws `InvalidEvent` when it is no JSON or no event. */
export function parseEvent(text: string): EventEnvelope {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch (error) {
    throw new InvalidEvent('The message is not JSON.', { cause: error })
  }
  return readEvent(message)
}

function check(message: unknown, compiled: Map<EventType, Validator>, prepare: (schema: TSchema) => TSchema): EventEnvelope {
  const type = typeOf(message)
  let validator = compiled.get(type)
  if (!validator) {
    // A schema takes up to 4 ms to compile, so each is compiled when its first event comes by.
    validator = Compile(prepare(EnvelopeOf(EVENTS[type])))
    compiled.set(type, validator)
  }
  if (!validator.Check(message))
    throw new InvalidEvent(`The event of type ${type} does not fit its schema: ${firstFault(validator, message)}.`)
  return message as EventEnvelope
}

function typeOf(message: unknown): EventType {
  const type = typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined
  if (typeof type !== 'string') throw new InvalidEvent('The message is no event: it has no type.')
  if (!Object.hasOwn(EVENTS, type)) throw new InvalidEvent(`The contract knows no event of type ${JSON.stringify(type.slice(0, 80))}.`)
  return type as EventType
}

// The place and the rule only: the value may be somebody's name or address, and reasons end up in logs and headers.
function firstFault(validator: Validator, message: unknown): string {
  const fault = validator.Errors(message)[1][0]
  return fault ? `${fault.instancePath || '/'} ${fault.message}` : 'unknown fault'
}

function withoutClosing(schema: TSchema): TSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === 'additionalProperties' && value === false ? undefined : value)),
  )
}
