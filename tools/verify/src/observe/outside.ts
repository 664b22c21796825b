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

/** Every e-mail to these people. */
export async function readMails(mailboxUrl: string, addresses: readonly string[]): Promise<Mail[]> {
  const wanted = new Set(addresses)
  return (await json<{ data: Mail[] }>(`${mailboxUrl}/messages`)).data.filter(({ to }) => wanted.has(to))
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

/** Events that wait to be published, by process; a process without an outbox, or that does not answer, is not named. */
export async function readOutboxes(places: Readonly<Record<string, string>>): Promise<Map<string, number>> {
  const found = await Promise.all(
    Object.entries(places).map(async ([id, url]) => {
      const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) })
      if (!response.ok) throw new Error(`${url}/metrics answered ${response.status}`)
      const pending = OUTBOX.exec(await response.text())?.[1]
      return pending === undefined ? null : ([id, Number(pending)] as const)
    }),
  )
  return new Map(found.filter((each) => each !== null))
}
