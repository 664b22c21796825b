import { setTimeout as sleep } from 'node:timers/promises'
import type { Booking, Hold, SeatMap } from '@skyhold/contracts'
import type { Operation } from '../history/events.ts'
import type { Recorder } from '../history/recorder.ts'
import { liveOnCancelledFlights } from '../checkers/acknowledged.ts'
import { missingMails } from '../checkers/mails.ts'
import { bookingsSeen, holdsSeen } from '../checkers/seen.ts'
import type { System } from '../system/system.ts'
import type { Client } from '../workload/client.ts'
import type { Customer } from '../workload/people.ts'
import { leakingLines } from './logs.ts'
import type { IntegrityCheck, Memory, Observations } from './observations.ts'
import { readLedger, readMails, readMemory, readOutboxes } from './outside.ts'
import { heldSeats, unsettledBookings } from './unsettled.ts'

export interface ObserveOptions {
  system: System
  customers: readonly Customer[]
  admin: Client | null
  recorder: Recorder
  /** By process, before the first person came. */
  memoryBefore: ReadonlyMap<string, number>
  isWeakened: boolean
}

/** The design's promise: a minute after the faults nothing is under way any more. */
const PATIENCE_MS = 60_000
/** Without a guard it may never come to rest, and that is not what is looked for. */
const PATIENCE_WITHOUT_GUARD_MS = 10_000
const PAUSE_MS = 1_000
/** Reads at a time at the end: enough to be quick, too few to be load. */
const CONCURRENCY = 8

/** Waits until nothing is under way, or the patience ends; then reads everything that the checkers look at. */
export async function observe(options: ObserveOptions): Promise<Observations> {
  const startedAtMs = Date.now()
  const patienceMs = options.isWeakened ? PATIENCE_WITHOUT_GUARD_MS : PATIENCE_MS
  const isPatient = () => Date.now() - startedAtMs < patienceMs
  let observations: Observations
  do {
    const unsettled = await waitForRest(options, isPatient)
    const settledAfterMs = Date.now() - startedAtMs
    observations = { ...(await readEnd(options)), unsettled, settledAfterMs }
    // Where holds live on, one may lapse between two reads, and its e-mail comes a moment later.
  } while (lateMails(options, observations).length && isPatient())
  for (const [name, value] of Object.entries(observations)) options.recorder.add({ kind: 'observed', atMs: Date.now(), name, value })
  return observations
}

/** What is still under way when the patience has ended. */
async function waitForRest(options: ObserveOptions, isPatient: () => boolean): Promise<string[]> {
  for (;;) {
    await sleep(PAUSE_MS)
    const unsettled = await whatIsUnsettled(options)
    if (unsettled.length === 0 || !isPatient()) return unsettled
  }
}

const lateMails = ({ recorder }: ObserveOptions, { bookings, mails }: Pick<Observations, 'bookings' | 'mails'>): string[] =>
  missingMails(recorder.history(), { bookings: bookings.map(({ booking }) => booking), mails })

async function readEnd(options: ObserveOptions): Promise<Omit<Observations, 'unsettled' | 'settledAfterMs'>> {
  const { system, customers, recorder, admin, memoryBefore } = options
  const holds = new Map(holdsSeen(recorder.history()).map(({ call, thing }) => [thing.id, call.user]))
  const mailbox = await mailsOf(options)
  const isKnown = Object.keys(system.places).length > 0
  return {
    bookings: await readBookings(options),
    holds: await inTurn([...holds], async ([id, user]) => ({
      user,
      id,
      atMs: Date.now(),
      hold: await readOne<Hold>(clientOf(customers, user), 'read hold', `/holds/${id}`),
    })),
    seatMaps: await readMaps(options),
    observedAtMs: Date.now(),
    ledger: system.simulatorUrl ? await readLedger(system.simulatorUrl) : null,
    mails: mailbox?.mails ?? null,
    mailCopies: mailbox?.copies ?? null,
    integrity: admin ? await readIntegrity(admin) : null,
    outboxes: isKnown ? await readOutboxes(system.places) : null,
    memory: isKnown ? memoryOf(memoryBefore, await readMemory(system.places)) : null,
    leakingLogLines: system.logFolder
      ? leakingLines(
          system.logFolder,
          customers.flatMap(({ password, canary }) => [password, canary]),
        )
      : null,
  }
}

const memoryOf = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Memory[] =>
  [...before].flatMap(([process, beforeBytes]) => {
    const afterBytes = after.get(process)
    return afterBytes === undefined ? [] : [{ process, beforeBytes, afterBytes }]
  })

async function whatIsUnsettled(options: ObserveOptions): Promise<string[]> {
  const { system, recorder, isWeakened } = options
  const seen = await readBookings(options)
  const bookings = seen.map(({ booking }) => booking)
  const outboxes = await readOutboxes(system.places)
  const mails = (await mailsOf(options))?.mails ?? null
  const isWithoutHolds = system.isPrivate && !isWeakened
  return [
    ...unsettledBookings(bookings),
    ...liveOnCancelledFlights(recorder.history(), bookings),
    ...(isWithoutHolds ? heldSeats(await readMaps(options)) : []),
    ...outboxes.filter(({ pending }) => pending > 0).map(({ process, pending }) => `${process} has ${pending} events to publish`),
    ...lateMails(options, { bookings: seen, mails }),
  ]
}

const mailsOf = async ({ system: { mailboxUrl, isPrivate }, customers }: ObserveOptions) =>
  mailboxUrl ? readMails(mailboxUrl, isPrivate ? null : customers.map(({ email }) => email)) : null

async function readMaps({ customers, recorder }: ObserveOptions): Promise<SeatMap[]> {
  const { flightIds } = recorder.history().run
  const maps = await inTurn(flightIds, (id) => readOne<SeatMap>(clientOf(customers), 'read seat map', `/flights/${id}/seat-map`))
  return maps.filter((map) => map !== null)
}

/** Each person's list, and what was shown to him and is not in it. */
async function readBookings({ customers, recorder }: ObserveOptions): Promise<Observations['bookings']> {
  const lists = await inTurn(customers, async ({ name, client }) => (await listAll(client)).map((booking) => ({ user: name, booking })))
  const listed = lists.flat()
  const known = new Set(listed.map(({ booking }) => booking.id))
  const missing = new Map(
    bookingsSeen(recorder.history())
      .filter(({ thing }) => !known.has(thing.id))
      .map(({ call, thing }) => [thing.id, call.user]),
  )
  const found = await inTurn([...missing], async ([id, user]) => ({
    user,
    booking: await readOne<Booking>(clientOf(customers, user), 'read booking', `/bookings/${id}`),
  }))
  return [...listed, ...found.flatMap(({ user, booking }) => (booking ? [{ user, booking }] : []))]
}

async function listAll(client: Client): Promise<Booking[]> {
  const all: Booking[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/bookings?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
    const page: { data: Booking[]; nextCursor: string | null } | null = await readOne(client, 'list bookings', path)
    all.push(...(page?.data ?? []))
    cursor = page?.nextCursor ?? null
  }
  return all
}

/** Null only for 404: at the end everything else must be answered. */
async function readOne<T>(client: Client, operation: Operation, path: string): Promise<T | null> {
  const reply = await client.insist<T>({ operation, method: 'GET', path })
  if (reply?.status === 200) return reply.body
  if (reply?.status === 404) return null
  throw new Error(`GET ${path} at the end: ${reply ? `${reply.status} ${JSON.stringify(reply.body)}` : 'no answer'}`)
}

function clientOf(customers: readonly Customer[], user?: string): Client {
  const customer = user === undefined ? customers[0] : customers.find(({ name }) => name === user)
  if (!customer) throw new Error(`There is nobody called ${user}.`)
  return customer.client
}

/** Has every service check itself now, and reads what they found. Null when the installation has no such door. */
async function readIntegrity(admin: Client): Promise<IntegrityCheck[] | null> {
  const asked = await admin.insist({ operation: 'integrity', method: 'POST', path: '/integrity/runs' })
  if (!asked || asked.status >= 300) return null
  const reply = await admin.insist<{ checks: IntegrityCheck[] }>({ operation: 'integrity', method: 'GET', path: '/integrity' })
  if (reply?.status !== 200) return null
  return reply.body.checks.map(({ service, name, violations, sample }) => ({
    service,
    name,
    violations: typeof violations === 'number' ? violations : null,
    sample,
  }))
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = [...items.entries()]
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await work(next[1])
    }),
  )
  return results
}
