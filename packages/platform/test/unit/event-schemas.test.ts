import { EVENTS } from '@skyhold/contracts'
import { describe, expect, test } from 'vitest'
import { InvalidEvent } from '../../src/bus/errors.ts'
import { assertPublishable, parseEvent, readEvent } from '../../src/bus/schemas.ts'
import { sessionRevoked, userRegistered } from '../support/bus-fixtures.ts'

/** What is said of a message that arrives. */
function faultOf(message: unknown): string {
  try {
    readEvent(message)
  } catch (error) {
    if (error instanceof InvalidEvent) return error.message
    throw error
  }
  throw new Error('The message was read.')
}

describe('the schemas of events', () => {
  test('an event that fits — leaving and arriving — is the same afterwards', () => {
    const event = userRegistered()
    assertPublishable(event)
    expect(readEvent(event)).toBe(event)
    expect(parseEvent(JSON.stringify(event))).toEqual(event)
  })

  test('text where a number has to be, a number where text has to be — arriving — is refused and not read as one', () => {
    const event = sessionRevoked()
    expect(faultOf({ ...event, version: '1' })).toMatch(/\/version /)
    expect(faultOf({ ...event, aggregate: { ...event.aggregate, sequence: '1' } })).toMatch(/\/aggregate\/sequence /)
    expect(faultOf({ ...event, producer: 1 })).toMatch(/\/producer /)
  })

  test('a member that may be null — text, null, neither — is read, is read, is refused', () => {
    const event = sessionRevoked()
    for (const causationId of ['evt_1', null]) expect(readEvent({ ...event, causationId })).toMatchObject({ causationId })
    expect(faultOf({ ...event, causationId: 7 })).toMatch(/\/causationId /)
    const { causationId: _, ...without } = event
    expect(faultOf(without)).toMatch(/causationId/)
  })

  test('a member that nobody knows — leaving and arriving — is refused here and let through there', () => {
    const event = sessionRevoked()
    const more = { ...event, data: { ...event.data, secret: 'more than the contract says' } }
    expect(() => assertPublishable(more)).toThrow(InvalidEvent)
    expect(readEvent(more)).toBe(more)
  })

  test('a number that JSON has not — leaving — is refused', () => {
    const event = sessionRevoked()
    for (const sequence of [Number.NaN, Number.POSITIVE_INFINITY, 1.5])
      expect(() => assertPublishable({ ...event, aggregate: { ...event.aggregate, sequence } })).toThrow(InvalidEvent)
  })

  test('what does not fit — in the words about it — has its place and the rule, and not what was there', () => {
    const event = userRegistered()
    const fault = faultOf({ ...event, data: { ...event.data, userId: 'Ana Secret, 7 Canary Lane' } })
    expect(fault).toMatch(/^The event of type user\.registered does not fit its schema: \/data\/userId .+\.$/)
    expect(fault).not.toMatch(/Canary|Secret/)
  })

  test.each(Object.keys(EVENTS))('%s — with an empty body — is refused by its own schema', (type) => {
    expect(faultOf({ ...sessionRevoked(), type, data: {} })).toMatch(/\/data /)
  })
})
