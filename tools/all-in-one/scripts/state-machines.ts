import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  BOOKING_TRANSITIONS,
  HOLD_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  REFUND_TRANSITIONS,
  TICKET_TRANSITIONS,
} from '../../../services/bookings/src/domain/transitions.ts'
import { FLIGHT_TRANSITIONS } from '../../../services/flights/src/domain/status.ts'

type Graph = Readonly<Record<string, readonly string[]>>

interface Machine {
  title: string
  initial: string
  graph: Graph
  says: string
}

const MACHINES: readonly Machine[] = [
  {
    title: 'Hold',
    initial: 'active',
    graph: HOLD_TRANSITIONS,
    says: 'A hold with an unpaid booking stays `active`; it is `pinned` while a card is charged (people read `active`), and `consumed` when its seats are sold. Past its time an `active` hold reads `expired`, whether or not the sweeper has been there.',
  },
  {
    title: 'Booking',
    initial: 'awaiting_payment',
    graph: BOOKING_TRANSITIONS,
    says: '`attention` means that the provider does not say what became of a charge: the seats stay, and a person looks. The way out of `expired` is for late money whose seats are all still free; late money for a `cancelled` booking is returned, although its graph would allow more.',
  },
  {
    title: 'Payment',
    initial: 'processing',
    graph: PAYMENT_TRANSITIONS,
    says: '`unknown` is an answer that was lost, never a refusal. `failed` turns `captured` on the provider’s evidence only: it charged a try that had been given up. The booking gets its seats if they can still be had; if they cannot, or if it has been paid or cancelled meanwhile, the money goes back in full.',
  },
  { title: 'Refund', initial: 'pending', graph: REFUND_TRANSITIONS, says: 'A refund that the provider refuses waits for a person.' },
  {
    title: 'Ticket',
    initial: 'issued',
    graph: TICKET_TRANSITIONS,
    says: 'One a passenger and flight. Cancelling a booking makes its tickets `voided`. Check-in and flying are not built yet: no ticket is `checked_in` or `flown`.',
  },
  {
    title: 'Flight',
    initial: 'scheduled',
    graph: FLIGHT_TRANSITIONS,
    says: 'Seats are sold of a flight that is `scheduled` or `delayed`, until sales close. When its times have passed and nobody has said so, it is noted as `departed` and `arrived`, by way of `boarding`. Its beginning is not in the audit: a trail starts from `scheduled`.',
  },
]

const HEAD = `# State machines

Made by \`node tools/all-in-one/scripts/state-machines.ts\` from [transitions.ts](../services/bookings/src/domain/transitions.ts) of bookings and [status.ts](../services/flights/src/domain/status.ts) of flights,
which the SQL takes its conditions from and against which every change is checked. Not every arrow is walked yet: the graphs are those that the whole of Skyhold needs (the [README](../README.md) says what is not there).
`

/** The text of `docs/state-machines.md`. */
export function stateMachines(machines: readonly Machine[] = MACHINES): string {
  return HEAD + machines.map(({ title, says, ...machine }) => `\n## ${title}\n\n${says}\n\n${diagram(machine)}`).join('')
}

function diagram({ initial, graph }: Pick<Machine, 'initial' | 'graph'>): string {
  const arrows = Object.entries(graph).flatMap(([from, targets]) =>
    targets.length ? targets.map((to) => `${from} --> ${to}`) : [`${from} --> [*]`],
  )
  return ['```mermaid', 'stateDiagram-v2', ...[`[*] --> ${initial}`, ...arrows].map((arrow) => `    ${arrow}`), '```', ''].join('\n')
}

if (import.meta.main) writeFileSync(fileURLToPath(new URL('../../../docs/state-machines.md', import.meta.url)), stateMachines())
