import type { Charge, Mail } from './observations.ts'

const PATIENCE_MS = 15_000

async function json<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return (await response.json()) as T
}

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
      const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) })
      if (!response.ok) throw new Error(`${url}/metrics answered ${response.status}`)
      const value = pattern.exec(await response.text())?.[1]
      return value === undefined ? null : { process, value: Number(value) }
    }),
  )
  return found.filter((each) => each !== null)
}
