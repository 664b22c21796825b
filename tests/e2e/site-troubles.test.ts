import { fileURLToPath } from 'node:url'
import { findFreePort, ManagedProcess, tempDir } from '@skyhold/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { askForPayment, buyOnTheSite, findFlight, openBrowser } from './support/site-purchase.ts'
import { expectStatus, Traveller } from './support/traveller.ts'

const MAIN = fileURLToPath(new URL('../../tools/all-in-one/src/main.ts', import.meta.url))
/** Where the services, the simulator, the mailbox and SMTP listen, counted from the gateway's port. */
const OFFSETS = [0, 1, 2, 3, 4, 10, 25, 26]

describe('the page when something is in the way', () => {
  let skyhold: ManagedProcess
  let browser: Browser
  let page: Page
  let baseUrl = ''

  beforeAll(async () => {
    const port = await findFreePort(OFFSETS)
    baseUrl = `http://127.0.0.1:${port}`
    const env = { PORT: String(port), DATA_DIR: tempDir('site-troubles'), DATABASE_URL: 'sqlite:', BROKER_URL: 'memory:' }
    skyhold = ManagedProcess.start(process.execPath, [MAIN], { env: { ...env, RATE_LIMIT_PER_MINUTE: '0' } })
    await skyhold.waitForLine(/Skyhold is ready/, { timeoutMs: 60_000 })
    browser = await openBrowser()
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await skyhold.stop()
  })
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    await page.goto(baseUrl)
  })
  afterEach(() => page.close())

  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const notice = () => page.getByRole('alert')
  const enterAsGuest = () => button(/guest traveller/).click()

  test('my bookings — none at first, and refused when asked again — are the refusal alone', async () => {
    await button('My bookings').click()
    await enterAsGuest()
    await page.getByText('No bookings yet.').waitFor()
    const refusal = { title: 'Too many requests', status: 429, detail: 'Ask again in 7 s.', code: 'rate_limited' }
    await page.route('**/api/v1/bookings?*', (route) =>
      route.fulfill({ status: 429, contentType: 'application/problem+json', body: JSON.stringify(refusal) }),
    )
    await button('My bookings').click()
    await notice().getByText('Ask again in 7 s.').waitFor()
    expect(await page.locator('main').innerText()).toBe('My bookings')
  })

  test('a bank that asks — and is not answered at once — can be reached until it is, by the booking too', async () => {
    await askForPayment(page, /bank asks you/)
    const link = page.getByRole('link', { name: 'Open the bank’s page' })
    await link.waitFor()
    expect(await button('More time').count()).toBe(0)
    await button('I have approved it').click()
    await notice().getByText('The bank has no approval of yours yet').waitFor()
    const address = await link.getAttribute('href')

    await page.getByRole('navigation').getByRole('button', { name: 'My bookings' }).click()
    await page.locator('button.trip').click()
    await link.waitFor()
    expect(await link.getAttribute('href')).toBe(address)
    const [bank] = await Promise.all([page.waitForEvent('popup'), link.click()])
    await bank.getByRole('button', { name: /Approve/ }).click()
    await bank
      .getByText(/approved/i)
      .first()
      .waitFor()
    await button('I have approved it').click()
    await page.getByRole('heading', { name: /flying/ }).waitFor({ timeout: 30_000 })
    expect(await link.count()).toBe(0)
  }, 120_000)

  test('a bank that asks — and is told no — is followed by the choice of another card', async () => {
    await askForPayment(page, /bank asks you/)
    const [bank] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'Open the bank’s page' }).click()])
    await bank.getByRole('button', { name: /Decline|Refuse|Fail/ }).click()
    await bank.waitForLoadState()
    await button('I have approved it').click()
    await notice().getByText('The card was declined').waitFor()
    await button('Pay').click()
    await page.getByRole('radio', { name: /A card that pays/ }).waitFor()
    expect(await button('More time').isVisible()).toBe(true)
  }, 120_000)

  test('a slow bank — while it is asked — is not asked for more time, and its answer is shown', async () => {
    await askForPayment(page, /slow bank/)
    await page.getByText('Paying…').waitFor()
    expect(await button('More time').count()).toBe(0)
    await notice().getByText('Your bank is taking its time').waitFor({ timeout: 30_000 })
    await page.getByRole('heading', { name: /flying/ }).waitFor({ timeout: 60_000 })
  }, 120_000)

  /** Chooses two seats next to each other; the flight's id, and theirs. */
  const chooseTwo = async () => {
    const asked = page.waitForRequest(/seat-map$/)
    await findFlight(page)
    const flightId = /flights\/(\w+)\//.exec((await asked).url())?.[1] ?? ''
    const free = page.locator('button.seat[data-status=available]')
    const seats: string[] = []
    for (let i = 0; i < 2; i += 1) {
      const seat = free.nth(8)
      seats.push((await seat.getAttribute('data-designator')) ?? '')
      await seat.click()
    }
    await page.getByText(`Chosen: ${seats.join(', ')}.`).waitFor()
    return { flightId, seats: seats as [string, string] }
  }
  const takeByAnother = async (flightId: string, seats: string[]) => {
    const other = await Traveller.registered(baseUrl)
    const flight = (await expectStatus(other.call<Parameters<Traveller['hold']>[0]>('GET', `/flights/${flightId}`), 200)).body
    await expectStatus(other.hold(flight, seats), 201)
  }

  test('two chosen seats — both taken by another at once — are both named', async () => {
    const { flightId, seats } = await chooseTwo()
    await takeByAnother(flightId, seats)
    await notice()
      .getByText(`Seats ${seats.join(', ')} have just been taken`)
      .waitFor({ timeout: 15_000 })
    expect(await button('Hold these seats').isDisabled()).toBe(true)
  })

  test('two chosen seats — one taken before the news of it came — leave the other chosen, and say which is gone until it is made up for', async () => {
    await page.route('**/seat-map/events', (route) => route.abort())
    const { flightId, seats } = await chooseTwo()
    await page.route('**/seat-map', (route) => route.abort())
    await takeByAnother(flightId, [seats[1]])
    await button('Hold these seats').click()
    await enterAsGuest()
    await notice().getByText(`Seat ${seats[1]} has just been taken`).waitFor()
    await notice().getByText(`${seats[0]} is still chosen.`).waitFor()
    await page.getByText(`Chosen: ${seats[0]}. 1 more to choose.`).waitFor()
    await page.locator('button.seat[data-status=available]').nth(8).click()
    expect(await notice().innerText()).toBe('')
    await button('Hold these seats').click()
    await page.getByRole('heading', { name: 'Who is travelling?' }).waitFor()
  })

  test('a booking — found by its reference and a family name, by nobody who is signed in — is shown, and looked at again', async () => {
    const reference = await buyOnTheSite(page, baseUrl)
    const stranger = await browser.newPage()
    try {
      await stranger.goto(baseUrl)
      await stranger.getByRole('button', { name: 'Find a booking' }).click()
      await stranger.getByLabel('Booking reference').fill(reference.toLowerCase())
      await stranger.getByLabel('Family name').fill('Nobody')
      await stranger.getByRole('button', { name: 'Find the booking' }).click()
      await stranger
        .getByRole('alert')
        .getByText(/no booking/i)
        .waitFor()
      await stranger.getByLabel('Family name').fill("o'brien")
      await stranger.getByRole('button', { name: 'Find the booking' }).click()
      await stranger.getByRole('heading', { name: /flying/ }).waitFor()
      await stranger.getByRole('button', { name: 'Look again' }).click()
      await stranger.getByRole('heading', { name: /flying/ }).waitFor()
      expect(await stranger.locator('main').innerText()).toContain(reference)
    } finally {
      await stranger.close()
    }
  })
})
