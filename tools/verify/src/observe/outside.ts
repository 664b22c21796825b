import { setTimeout as sleep } from 'node:timers/promises'
import type { Charge, Mail } from './observations.ts'

const PATIENCE_MS = 15_000
/** What is read here is not what is judged: a connection that breaks does not end a run of ten minutes. */
const TRIES = 4
const PAUSE_MS = 500

async function textOf(url: string): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
      const text = await response.text()
      if (response.ok) return text
      throw new Error(`it answered ${response.status}`)
    } catch (error) {
      if (tries === TRIES) throw new Error(`${url} could not be read: ${reasonOf(error)}`, { cause: error })
    }
    await sleep(PAUSE_MS)
  }
}

/** Of a `fetch` that failed, the cause alone says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}

// The mailbox and the simulator are of the same version as this.
const json = async <T>(url: string): Promise<T> => JSON.parse(await textOf(url)) as T

/** What the simulator really charged. */
export const readLedger = async (simulatorUrl: string): Promise<Charge[]> =>
  (await json<{ charges: Charge[] }>(`${simulatorUrl}/ledger`)).charges

interface Mailbox {
  data: Mail[]
  duplicates: number
}

/** All that has come to a mailbox of our own; of one that others use too, what came to these people. */
export async function readMails(mailboxUrl: string, addresses: readonly string[] | null): Promise<{ mails: Mail[]; copies: number }> {
  const queries = addresses?.map((address) => `?to=${encodeURIComponent(address)}`) ?? ['']
  const boxes = await Promise.all(queries.map((query) => json<Mailbox>(`${mailboxUrl}/messages${query}`)))
  return { mails: boxes.flatMap(({ data }) => data), copies: boxes.reduce((sum, { duplicates }) => sum + duplicates, 0) }
}

/** The cardholder says yes on his bank's page. Lost when the simulator is away, as such a click may be. */
export async function approveAtBank(simulatorUrl: string, clientSecret: string): Promise<void> {
  try {
    const response = await fetch(`${simulatorUrl}/3ds/${clientSecret}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'decision=approve',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    await response.body?.cancel()
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error
  }
}

const OUTBOX = /^outbox_pending(?:\{[^}]*\})? (\d+)/m
const MEMORY = /^process_resident_memory_bytes(?:\{[^}]*\})? ([\d.e+]+)/m

/** Events that wait to be published; a process without an outbox is not named. */
export const readOutboxes = async (places: Readonly<Record<string, string>>): Promise<{ process: string; pending: number }[]> =>
  (await readMetric(places, OUTBOX)).map(({ process, value }) => ({ process, pending: value }))

/** What each process has of the machine's memory. */
export const readMemory = async (places: Readonly<Record<string, string>>): Promise<Map<string, number>> =>
  new Map((await readMetric(places, MEMORY)).map(({ process, value }) => [process, value]))

async function readMetric(places: Readonly<Record<string, string>>, pattern: RegExp): Promise<{ process: string; value: number }[]> {
  const found = await Promise.all(
    Object.entries(places).map(async ([process, url]) => {
      const value = pattern.exec(await textOf(`${url}/metrics`))?.[1]
      return value === undefined ? null : { process, value: Number(value) }
    }),
  )
  return found.filter((each) => each !== null)
}
