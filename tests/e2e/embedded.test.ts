import { fileURLToPath } from 'node:url'
import { findFreePort, ManagedProcess, tempDir, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { confirmations, purchaseSuite, type Running } from './support/purchase-suite.ts'
import { buyOnTheSite, expectSessionOutOfReach, openBrowser } from './support/site-purchase.ts'
import { chargesOf, expectStatus, mailsTo, Traveller } from './support/traveller.ts'

const MAIN = fileURLToPath(new URL('../../tools/all-in-one/src/main.ts', import.meta.url))
/** Where the services, the simulator, the mailbox and SMTP listen, counted from the gateway's port. */
const OFFSETS = [0, 1, 2, 3, 4, 10, 25, 26]

/** `npm start` without the installation: everything in one process on SQLite and the in-process bus. */
describe('embedded run', () => {
  const dataDir = tempDir('embedded')
  let running: Running
  let skyhold: ManagedProcess
  let port = 0

  const start = async () => {
    skyhold = ManagedProcess.start(process.execPath, [MAIN], {
      env: { PORT: String(port), DATA_DIR: dataDir, DATABASE_URL: 'sqlite:', BROKER_URL: 'memory:', RATE_LIMIT_PER_MINUTE: '0' },
    })
    await skyhold.waitForLine(/Skyhold is ready/, { timeoutMs: 60_000 })
  }

  beforeAll(async () => {
    port = await findFreePort(OFFSETS)
    const at = (offset: number) => `http://127.0.0.1:${port + offset}`
    running = { baseUrl: at(0), simulatorUrl: at(10), mailboxUrl: at(25) }
    await start()
  }, 90_000)

  afterAll(() => skyhold.stop())

  purchaseSuite(() => running)

  test('a person buys on the page, with a declined card and the question of a bank: the ticket is shown and mailed', async () => {
    const browser = await openBrowser()
    try {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
      const reference = await buyOnTheSite(page, running.baseUrl)
      const mails = await waitFor(
        async () => {
          const found = (await mailsTo(running.mailboxUrl, 'asha@example.com')).filter(({ subject }) => subject.includes(reference))
          return found.length ? found : null
        },
        { timeoutMs: 20_000, what: 'the e-mail of the ticket' },
      )
      expect(mails).toHaveLength(1)
      await expectSessionOutOfReach(page)
    } finally {
      await browser.close()
    }
  }, 120_000)

  test('the process is killed while a card is charged: after the restart the payment is known, charged once, and its e-mail comes', async () => {
    const ada = await Traveller.registered(running.baseUrl)
    const booking = await ada.bookSeats()
    const cut = ada.pay(booking, 'pm_sim_slow').catch(() => null)
    await waitFor(async () => (await ada.read(booking)).status === 'payment_processing', { what: 'the payment to be at work' })
    await skyhold.kill('SIGKILL')
    await cut
    await start()

    const settled = await waitFor(
      async () => {
        const { status } = await ada.read(booking)
        return status === 'payment_processing' ? null : status
      },
      { timeoutMs: 45_000, what: 'recovery to learn the outcome' },
    )
    const charges = await chargesOf(running.simulatorUrl, booking.id)
    // The simulator died with the rest: either the charge had been made and the booking is confirmed, or neither.
    expect([settled, charges.length]).toEqual(charges.length ? ['confirmed', 1] : ['awaiting_payment', 0])
    if (!charges.length) await expectStatus(ada.pay(await ada.read(booking), 'pm_card_visa'), 201)
    const mails = await waitFor(async () => confirmations(await mailsTo(running.mailboxUrl, ada.email), booking), {
      timeoutMs: 20_000,
      what: 'the confirmation e-mail',
    })
    expect(mails).toHaveLength(1)
  }, 120_000)

  test('Ctrl-C: it closes in order and ends with 0', async () => {
    await skyhold.kill('SIGINT')
    expect((await skyhold.end).code).toBe(0)
    await start()
  }, 90_000)
})
