import type { BookingFacts, FlightBrief, Passenger } from '@skyhold/contracts'
import { formatMoney } from '@skyhold/contracts'
import { html, type Html } from '@skyhold/platform/html'
import { isolated, withoutControls } from './text.ts'
import { INK, LINE, SOFT_INK, TINT } from './layout.ts'
import { dayShift, localTime } from './times.ts'

export const fullName = ({ givenNames, familyName }: Pick<Passenger, 'givenNames' | 'familyName'>): string =>
  withoutControls(`${givenNames} ${familyName}`).replace(/\s+/g, ' ')

/** Whom the e-mail speaks to: the first passenger, for the contact has no name. */
export const greetedName = (facts: BookingFacts): string => (facts.passengers[0] ? fullName(facts.passengers[0]) : 'traveller')

/** `Bengaluru – London` or, over several flights, `Bengaluru – Delhi – London`. */
export function routeOf({ flights }: BookingFacts): string {
  const stops = flights.map(({ flight }) => flight.from.city)
  const last = flights.at(-1)
  return last ? [...stops, last.flight.to.city].join(' – ') : ''
}

/** What a passenger has on one flight: the seat, if any (an infant sits on a lap), and the ticket number, once there is one. */
export function placeOf(
  passenger: Passenger,
  { flightId, position }: { flightId: string; position: number },
): { seat: string | null; ticket: string | null } {
  const ticket = passenger.tickets.find((candidate) => candidate.flightId === flightId)
  return { seat: ticket?.seat ?? passenger.seats[position] ?? null, ticket: ticket?.number ?? null }
}

/** Each flight with its local times, then who sits where. */
export const itineraryHtml = (facts: BookingFacts): Html => html`${facts.flights.map((_, position) => flightHtml(facts, position))}`

function flightHtml({ flights, passengers }: BookingFacts, position: number): Html {
  const flight = flights[position]?.flight
  if (!flight) return html``
  const leaves = localTime(flight.departsAt)
  const arrives = localTime(flight.arrivesAt)
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border:1px solid ${LINE};border-radius:10px;margin:0 0 16px;border-collapse:separate">
<tr><td colspan="2" style="background:${TINT};padding:10px 16px;border-radius:10px 10px 0 0"><strong>${flight.number}</strong> <span style="color:${SOFT_INK}">· ${flight.carrier.name}</span>${delayNote(flight)}<br><span style="font-size:14px">${leaves.date}</span></td></tr>
<tr>${endpointHtml({ label: 'Departs', airport: flight.from, time: leaves.time, shift: '', note: leaves.offset })}${endpointHtml({ label: 'Arrives', airport: flight.to, time: arrives.time, shift: dayShift(leaves, arrives), note: arrives.offset })}</tr>
${passengersHtml(passengers, { flightId: flight.id, position })}
</table>
`
}

const delayNote = (flight: FlightBrief): Html =>
  flight.status === 'delayed' || flight.status === 'cancelled' ? html` <strong style="color:#8a3b00">(${flight.status})</strong>` : html``

interface Endpoint {
  label: string
  airport: FlightBrief['from']
  time: string
  shift: string
  note: string
}

const endpointHtml = ({ label, airport, time, shift, note }: Endpoint): Html =>
  html`<td width="50%" valign="top" style="padding:12px 4px 12px 16px"><span style="font-size:13px;color:${SOFT_INK}">${label}</span><br>
<strong style="font-size:21px;color:${INK};white-space:nowrap">${time}</strong><span style="font-size:14px;white-space:nowrap">${shift}</span><br>
<strong>${airport.city} (${airport.iata})</strong><br>
<span style="font-size:13px;color:${SOFT_INK}">${airport.name}<br>local time, ${note}</span></td>`

function passengersHtml(passengers: readonly Passenger[], on: { flightId: string; position: number }): Html {
  if (passengers.length === 0) return html``
  const head = `padding:6px 8px 6px 0;border-bottom:1px solid ${LINE};font-size:13px;font-weight:400;color:${SOFT_INK}`
  const cell = 'padding:6px 8px 6px 0;font-size:15px;overflow-wrap:anywhere;word-break:break-word'
  return html`<tr><td colspan="2" style="padding:0 16px 12px"><table width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">
<tr><th scope="col" align="left" style="${head}">Passenger and ticket</th><th scope="col" align="right" width="52" style="${head}">Seat</th></tr>
${passengers.map((passenger) => {
  const { seat, ticket } = placeOf(passenger, on)
  const kind = passenger.type === 'adult' ? '' : html` <span style="color:${SOFT_INK}">(${passenger.type})</span>`
  const ticketLine = ticket === null ? '' : html`<br><span style="font-size:13px;color:${SOFT_INK}">${ticket}</span>`
  return html`<tr><td valign="top" style="${cell}">${isolated(fullName(passenger))}${kind}${ticketLine}</td><td valign="top" align="right" style="${cell}"><strong>${seat ?? 'lap'}</strong></td></tr>
`
})}</table></td></tr>`
}

export const totalHtml = (facts: BookingFacts): Html =>
  html`<p style="margin:4px 0 14px;font-size:18px">Total <strong>${formatMoney(facts.total)}</strong></p>
`

/** The same for plain text. */
export function itineraryText({ flights, passengers }: BookingFacts): string {
  return flights
    .map(({ flight }, position) => {
      const leaves = localTime(flight.departsAt)
      const arrives = localTime(flight.arrivesAt)
      const note = flight.status === 'delayed' || flight.status === 'cancelled' ? ` (${flight.status})` : ''
      return [
        `${flight.number}, ${flight.carrier.name}${note}`,
        `  Departs ${leaves.date}, ${leaves.time} local time (${leaves.offset}), ${flight.from.city} ${flight.from.name} (${flight.from.iata})`,
        `  Arrives ${arrives.date}, ${arrives.time} local time (${arrives.offset}), ${flight.to.city} ${flight.to.name} (${flight.to.iata})`,
        ...passengers.map((passenger) => `  - ${passengerText(passenger, { flightId: flight.id, position })}`),
      ].join('\n')
    })
    .join('\n\n')
}

function passengerText(passenger: Passenger, on: { flightId: string; position: number }): string {
  const { seat, ticket } = placeOf(passenger, on)
  const kind = passenger.type === 'adult' ? '' : ` (${passenger.type})`
  return `${fullName(passenger)}${kind}: ${seat ? `seat ${seat}` : 'on a lap'}${ticket ? `, ticket ${ticket}` : ''}`
}
