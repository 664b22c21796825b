import { cpSync } from 'node:fs'
import { checkAll, type Verdict } from './checkers/index.ts'
import type { History } from './history/history.ts'
import { Recorder } from './history/recorder.ts'
import { observe } from './observe/observe.ts'
import { approveAtBank, readMemory } from './observe/outside.ts'
import type { Options } from './options.ts'
import { injectFaults } from './system/inject.ts'
import { DATABASES, startOwnStack } from './system/own-stack.ts'
import { runningSystem } from './system/running.ts'
import type { System } from './system/system.ts'
import { type Trade, tradeOf } from './trade.ts'
import { Client } from './workload/client.ts'
import { findOffers, Things } from './workload/market.ts'
import { registerCustomers, signIn } from './workload/people.ts'
import { runWorkload } from './workload/workload.ts'

export interface Verification {
  options: Options
  system: string
  history: History
  verdicts: Verdict[]
  trade: Trade
  /** Nobody else uses it, and everything of it can be read: what was not looked at is a fault of the run. */
  isPrivate: boolean
  historyFile: string
  /** Copied beside the history when something was violated, or there is no verdict. */
  logs: string | null
}

/** Few, so that people meet; the last of them is cancelled half-way. */
const FLIGHTS = 4

export interface Progress {
  signal: AbortSignal
  say: (sentence: string) => void
}

/** Starts what is to be verified, drives and breaks it, waits until it is at rest, and judges. Throws when it could not run. */
export async function verify(options: Options, { signal, say }: Progress): Promise<Verification> {
  const system = await openSystem(options, { signal, say })
  const recorder = new Recorder(options.historyFile)
  try {
    const { verdicts, trade } = await drive(system, { options, recorder, say })
    return {
      options,
      system: system.title,
      history: recorder.history(),
      verdicts,
      trade,
      isPrivate: system.isPrivate,
      historyFile: recorder.file,
      logs: verdicts.every(({ violations }) => violations.length === 0) ? null : keepLogs(system, recorder),
    }
  } catch (error) {
    // A run that came to no verdict asks why as loudly as a violation.
    const logs = keepLogs(system, recorder)
    if (logs) say(`What the processes said: ${logs}`)
    throw error
  } finally {
    await recorder.close()
    await system.close()
  }
}

/** The folder of a stack is gone after the run; whoever looks into what went wrong wants to know what its processes said. */
function keepLogs({ logFolder }: System, { file }: Recorder): string | null {
  if (logFolder === null) return null
  const kept = `${file}.logs`
  cpSync(logFolder, kept, { recursive: true })
  return kept
}

function openSystem({ url, faults, without, database }: Options, { signal, say }: Progress): Promise<System> {
  if (url !== null) return runningSystem(url, process.env)
  say(`Starting ${DATABASES[database]}, RabbitMQ and the services …`)
  return startOwnStack({ breaks: faults, without, database, signal })
}

async function drive(
  system: System,
  { options, recorder, say }: { options: Options; recorder: Recorder; say: (sentence: string) => void },
): Promise<Pick<Verification, 'verdicts' | 'trade'>> {
  const { baseUrl, simulatorUrl } = system
  const memoryBefore = await readMemory(system.places)
  const customers = await registerCustomers(options.users, { baseUrl, recorder })
  const admin = await adminOf(system, recorder)
  const stranger = (user: string) => new Client({ baseUrl, recorder, user })
  const offers = await findOffers(stranger('stranger'), { ...options, flights: FLIGHTS })
  recorder.add({
    kind: 'run',
    atMs: Date.now(),
    seed: options.seed,
    users: customers.map(({ name, email, canary }) => ({ name, email, canary })),
    flightIds: offers.map(({ flightId }) => flightId),
    isPrivate: system.isPrivate,
    holdsPerUserMax: system.holdsPerUserMax,
  })
  const forMs = options.minutes * 60_000
  say(
    `${customers.length} people buy on ${offers.length} flights for ${Math.round(forMs / 1000)} s${system.breakable ? ', under faults' : ''} …`,
  )
  await Promise.all([
    runWorkload({
      seed: options.seed,
      customers,
      shop: { offers, things: new Things(), stranger, approve: simulatorUrl ? (secret) => approveAtBank(simulatorUrl, secret) : null },
      untilMs: Date.now() + forMs,
      admin,
    }),
    system.breakable ? injectFaults({ seed: options.seed, breakable: system.breakable, recorder, forMs }) : null,
  ])
  say(`${recorder.calls} requests were made. Waiting until everything is at rest …`)
  const observations = await observe({ system, customers, admin, recorder, memoryBefore, isWeakened: options.without.length > 0 })
  say('Checking …')
  return { verdicts: checkAll(recorder.history(), observations), trade: tradeOf(observations) }
}

/** Null when nobody is named, or the name does not open. */
async function adminOf({ admin, baseUrl }: System, recorder: Recorder): Promise<Client | null> {
  if (!admin) return null
  const client = new Client({ baseUrl, recorder, user: 'admin', signIn: (self) => signIn(self, admin) })
  const me = await client.insist({ operation: 'log in', method: 'GET', path: '/me' })
  if (me?.status !== 200) throw new Error(`ADMIN_EMAIL ${admin.email} cannot sign in with ADMIN_PASSWORD.`)
  return client
}
