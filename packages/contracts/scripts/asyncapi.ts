import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EnvelopeOf, EVENTS, type EventType } from '../src/events.ts'
import { type ConsumerQueue, EXCHANGE, QUEUES, RETRY_DELAYS_MS, deadQueue, retryQueue } from '../src/topology.ts'

type Json = Record<string, unknown>

export const ASYNCAPI_FILE = fileURLToPath(new URL('../../../asyncapi/skyhold.json', import.meta.url))

/** What each event tells of, and who says it. */
const ABOUT: Record<EventType, { producer: string; summary: string }> = {
  'flight.scheduled': { producer: 'flights', summary: 'A flight is on sale' },
  'flight.changed': { producer: 'flights', summary: 'Times, gate, aircraft or status of a flight are others' },
  'flight.cancelled': { producer: 'flights', summary: 'A flight does not fly' },
  'inventory.changed': { producer: 'bookings', summary: 'What of a flight can still be sold; absolute numbers' },
  'booking.created': { producer: 'bookings', summary: 'A booking waits for its payment' },
  'booking.confirmed': { producer: 'bookings', summary: 'A booking is paid and has its tickets' },
  'booking.expired': { producer: 'bookings', summary: 'A booking was not paid in time' },
  'booking.cancelled': { producer: 'bookings', summary: 'A booking was cancelled; why, and what goes back' },
  'payment.captured': { producer: 'bookings', summary: 'A card was charged' },
  'payment.failed': { producer: 'bookings', summary: 'A card was declined' },
  'payment.returned': { producer: 'bookings', summary: 'Money that came too late goes back in full' },
  'refund.succeeded': { producer: 'bookings', summary: 'A refund has reached the card' },
  'refund.needs_attention': { producer: 'bookings', summary: 'A refund failed for good: a person must look' },
  'user.registered': { producer: 'identity', summary: 'An account was opened' },
  'user.verification_requested': { producer: 'identity', summary: 'A link to verify an e-mail address is to be sent' },
  'user.password_reset_requested': { producer: 'identity', summary: 'A link to set a new password is to be sent' },
  'user.access_changed': { producer: 'identity', summary: 'What opens an account was changed or used; its owner is to be told' },
  'session.revoked': { producer: 'identity', summary: 'A session has ended' },
}

/** The text of `asyncapi/skyhold.json` (AsyncAPI 3.0): every event, and which queue takes it. */
export function asyncApiText(): string {
  const types = Object.keys(EVENTS) as EventType[]
  return `${JSON.stringify(
    {
      asyncapi: '3.0.0',
      info: {
        title: 'Skyhold events',
        version: '1',
        description:
          'Facts in the past tense, each published at least once, after the transaction that made it. A consumer knows an event by its `eventId`, and what is newer by `aggregate.sequence`.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      defaultContentType: 'application/json',
      channels: { events: exchange(types), ...Object.fromEntries(queues().map((queue) => [idOf(queue.name), channelOf(queue)])) },
      operations: { ...Object.fromEntries(types.map(published)), ...Object.fromEntries(queues().map(consumed)) },
      components: { messages: Object.fromEntries(types.map(messageOf)) },
    },
    null,
    2,
  )}\n`
}

const queues = (): ConsumerQueue[] => Object.values(QUEUES)
/** `booking.created` as a name that references can carry: bookingCreated. */
const idOf = (name: string) => name.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase())
const messagesOf = (types: readonly EventType[]) =>
  Object.fromEntries(types.map((type) => [idOf(type), { $ref: `#/components/messages/${idOf(type)}` }]))

const exchange = (types: readonly EventType[]): Json => ({
  address: EXCHANGE,
  title: 'All events',
  description: 'A topic exchange; the routing key is the type of the event.',
  messages: messagesOf(types),
  bindings: { amqp: { is: 'routingKey', exchange: { name: EXCHANGE, type: 'topic', durable: true, autoDelete: false } } },
})

const channelOf = ({ name, consumer, events }: ConsumerQueue): Json => ({
  address: name,
  title: `What ${consumer} takes`,
  description: `A message that fails is tried again after ${RETRY_DELAYS_MS.map((ms) => `${ms / 1000} s`).join(', ')} (\`${retryQueue(name, 1)}\` and so on); then it lies in \`${deadQueue(name)}\`.`,
  messages: messagesOf(events),
  bindings: { amqp: { is: 'queue', queue: { name, durable: true, exclusive: false, autoDelete: false } } },
})

const messageOf = (type: EventType): [string, Json] => [
  idOf(type),
  { name: type, title: type, summary: ABOUT[type].summary, contentType: 'application/json', payload: payloadOf(type) },
]

function payloadOf(type: EventType): Json {
  const schema = JSON.parse(JSON.stringify(EnvelopeOf(EVENTS[type]))) as { properties: Json }
  return { ...schema, properties: { ...schema.properties, type: { const: type } } }
}

const published = (type: EventType): [string, Json] => [
  `publish${upper(idOf(type))}`,
  {
    action: 'send',
    channel: { $ref: '#/channels/events' },
    summary: `${ABOUT[type].producer}: ${ABOUT[type].summary}`,
    messages: [{ $ref: `#/channels/events/messages/${idOf(type)}` }],
  },
]
const consumed = ({ name, consumer, events }: ConsumerQueue): [string, Json] => [
  `consume${upper(idOf(name))}`,
  {
    action: 'receive',
    channel: { $ref: `#/channels/${idOf(name)}` },
    summary: `${consumer} takes what it needs to know`,
    messages: events.map((type) => ({ $ref: `#/channels/${idOf(name)}/messages/${idOf(type)}` })),
  },
]
const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

if (import.meta.main) writeFileSync(ASYNCAPI_FILE, asyncApiText())
