import { setImmediate as breath } from 'node:timers/promises'
import { formatMoney, type BookingFacts, type Passenger } from '@skyhold/contracts'
import PDFDocument from 'pdfkit'
import { bcbpOf } from '../domain/bcbp.ts'
import { aztecOf, barsOf } from './barcode.ts'
import { fontsOf } from './fonts.ts'
import { fullName, placeOf, routeOf } from './itinerary.ts'
import { drawLine, fitText, LINE_HEIGHT, type Pdf } from './pdf-text.ts'
import { dayShift, localTime, type LocalTime } from './times.ts'

/** A4 in points, with the margins of a page that any printer can print. */
const PAGE = { width: 595.28, height: 841.89, margin: 40 }
const RIGHT = PAGE.width - PAGE.margin
const WIDTH = RIGHT - PAGE.margin
const BRAND = '#12427a'
const SOFT = '#51607a'
const LINE = '#c9d4e3'
const FLIGHT_HEIGHT = 92
const COUPON_HEIGHT = 112
const CODE_SIZE = 84
/** Aztec needs no quiet zone; gates and telephones read it sooner with two modules of white. */
const QUIET_MODULES = 2

type Booked = BookingFacts['flights'][number]

/** The ticket of a booking: for each flight its times, then a coupon with a bar code for each passenger. */
export async function ticketPdf(facts: BookingFacts, { issuedAt }: { issuedAt: Date }): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    font: fontsOf('regular')[0] as unknown as string, // Else pdfkit loads Helvetica, which has no letter beyond Latin-1.
    lang: 'en',
    displayTitle: true,
    info: { Title: `Ticket ${facts.reference}`, Author: 'Skyhold', Subject: routeOf(facts), CreationDate: issuedAt, ModDate: issuedAt },
  })
  const whole = collected(doc)
  let y = drawHeader(doc, facts)
  for (const [position, booked] of facts.flights.entries()) {
    // A flight never stands alone at the foot of a page: its first coupon comes with it.
    if (y + FLIGHT_HEIGHT + COUPON_HEIGHT > PAGE.height - PAGE.margin) y = nextPage(doc, facts)
    y = drawFlight(doc, booked, y)
    for (const passenger of facts.passengers) {
      if (y + COUPON_HEIGHT > PAGE.height - PAGE.margin) y = nextPage(doc, facts)
      y = drawCoupon(doc, { facts, booked, position, passenger }, y)
      await breath() // A large booking is a quarter of a second of drawing: other work goes on in between.
    }
    y += 14
  }
  doc.end()
  return whole
}

function collected(doc: Pdf): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  doc.on('data', (chunk: Buffer) => chunks.push(chunk))
  doc.on('end', () => resolve(Buffer.concat(chunks)))
  doc.on('error', reject)
  return promise
}

function drawHeader(doc: Pdf, facts: BookingFacts): number {
  doc.rect(0, 0, PAGE.width, 84).fill(BRAND)
  drawLine(doc, 'Skyhold', { x: PAGE.margin, y: 20, width: 200, size: 20, weight: 'bold', color: '#ffffff' })
  drawLine(doc, 'Electronic ticket', { x: PAGE.margin, y: 48, width: 200, size: 11, color: '#dce8f7' })
  drawLine(doc, 'Booking reference', { x: RIGHT - 200, y: 18, width: 200, size: 10, color: '#dce8f7', align: 'right' })
  drawLine(doc, facts.reference, { x: RIGHT - 200, y: 32, width: 200, size: 26, weight: 'bold', color: '#ffffff', align: 'right' })
  drawLine(doc, routeOf(facts), { x: PAGE.margin, y: 100, width: WIDTH - 170, size: 14, weight: 'bold' })
  drawLine(doc, `Total ${formatMoney(facts.total)}`, { x: RIGHT - 160, y: 101, width: 160, size: 12, align: 'right' })
  return 134
}

function nextPage(doc: Pdf, facts: BookingFacts): number {
  doc.addPage()
  drawLine(doc, 'Skyhold – electronic ticket', { x: PAGE.margin, y: 24, width: 300, size: 10, color: SOFT })
  drawLine(doc, `Booking ${facts.reference}`, { x: RIGHT - 200, y: 24, width: 200, size: 10, weight: 'bold', align: 'right' })
  return 50
}

function drawFlight(doc: Pdf, { flight }: Booked, y: number): number {
  const leaves = localTime(flight.departsAt)
  const arrives = localTime(flight.arrivesAt)
  doc.roundedRect(PAGE.margin, y, WIDTH, FLIGHT_HEIGHT - 10, 6).fill('#f1f5fa')
  drawLine(doc, flight.number, { x: PAGE.margin + 14, y: y + 9, width: 90, size: 14, weight: 'bold' })
  drawLine(doc, flight.carrier.name, { x: PAGE.margin + 14, y: y + 30, width: 96, size: 9, color: SOFT })
  drawEndpoint(doc, { airport: flight.from, local: leaves, shift: '', x: PAGE.margin + 118 }, y)
  drawEndpoint(doc, { airport: flight.to, local: arrives, shift: dayShift(leaves, arrives), x: PAGE.margin + 322 }, y)
  drawLine(doc, '→', { x: PAGE.margin + 292, y: y + 18, width: 24, size: 16, color: SOFT })
  return y + FLIGHT_HEIGHT
}

interface Endpoint {
  airport: Booked['flight']['from']
  local: LocalTime
  shift: string
  x: number
}

function drawEndpoint(doc: Pdf, { airport, local, shift, x }: Endpoint, y: number): void {
  const width = 180
  drawLine(doc, `${airport.city} (${airport.iata})`, { x, y: y + 9, width, size: 11, weight: 'bold' })
  drawLine(doc, `${local.time}${shift}`, { x, y: y + 24, width, size: 17, weight: 'bold', color: BRAND })
  drawLine(doc, `${local.date}, local time (${local.offset})`, { x, y: y + 49, width, size: 9 })
  drawLine(doc, airport.name, { x, y: y + 62, width, size: 9, color: SOFT })
}

interface Coupon {
  facts: BookingFacts
  booked: Booked
  position: number
  passenger: Passenger
}

function drawCoupon(doc: Pdf, { facts, booked: { flight, fare }, position, passenger }: Coupon, y: number): number {
  const { seat, ticket } = placeOf(passenger, { flightId: flight.id, position })
  const kind = passenger.type === 'adult' ? '' : ` (${passenger.type})`
  doc
    .roundedRect(PAGE.margin, y, WIDTH, COUPON_HEIGHT - 10, 6)
    .lineWidth(0.8)
    .stroke(LINE)
  drawName(doc, `${fullName(passenger)}${kind}`, { x: PAGE.margin + 14, y: y + 10, width: WIDTH - CODE_SIZE - 50, height: 44 })
  const field = fieldsAt(doc, y + 62)
  field('Seat', seat ?? 'lap', { x: PAGE.margin + 14, width: 50 })
  field('Ticket', ticket ?? '–', { x: PAGE.margin + 76, width: 130 })
  field('Flight', flight.number, { x: PAGE.margin + 216, width: 70 })
  field('Fare', fare, { x: PAGE.margin + 296, width: 90 })
  const text = bcbpOf({ passenger, reference: facts.reference, flight, dayOfYear: localTime(flight.departsAt).dayOfYear, seat })
  drawCode(doc, text, { x: RIGHT - CODE_SIZE - 9, y: y + 9 })
  return y + COUPON_HEIGHT
}

function drawName(doc: Pdf, name: string, { x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
  const { size, lines } = fitText(doc, name, { width, height, sizes: [14, 12, 10, 8.5, 7], weight: 'bold' })
  for (const [i, line] of lines.entries()) drawLine(doc, line, { x, y: y + i * size * LINE_HEIGHT, width, size, weight: 'bold' })
}

const fieldsAt =
  (doc: Pdf, y: number) =>
  (label: string, value: string, { x, width }: { x: number; width: number }): void => {
    drawLine(doc, label, { x, y, width, size: 8, color: SOFT })
    drawLine(doc, value, { x, y: y + 11, width, size: 12, weight: label === 'Seat' ? 'bold' : 'regular' })
  }

/** Drawn as shapes, so that it is as sharp in print as on a screen. */
function drawCode(doc: Pdf, text: string, { x, y }: { x: number; y: number }): void {
  const code = aztecOf(text)
  const module = CODE_SIZE / (code.size + 2 * QUIET_MODULES)
  doc.rect(x, y, CODE_SIZE, CODE_SIZE).fill('#ffffff')
  for (const { column, row, length } of barsOf(code)) {
    doc.rect(x + (column + QUIET_MODULES) * module, y + (row + QUIET_MODULES) * module, length * module, module)
  }
  doc.fill('#000000')
}
