import { fileURLToPath } from 'node:url'
import { findFreePort, ManagedProcess, tempDir } from '@skyhold/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findFlight, openBrowser } from './support/site-purchase.ts'
import { Traveller } from './support/traveller.ts'

const MAIN = fileURLToPath(new URL('../../tools/all-in-one/src/main.ts', import.meta.url))
/** Where the services, the simulator, the mailbox and SMTP listen, counted from the gateway's port. */
const OFFSETS = [0, 1, 2, 3, 4, 10, 25, 26]
/** A turn every five seconds. */
const PER_MINUTE = '12'

describe('a sale with a waiting room', () => {
  let skyhold: ManagedProcess
  let browser: Browser
  let baseUrl = ''

  beforeAll(async () => {
    const port = await findFreePort(OFFSETS)
    baseUrl = `http://127.0.0.1:${port}`
    const env = { PORT: String(port), DATA_DIR: tempDir('waiting-room'), DATABASE_URL: 'sqlite:', BROKER_URL: 'memory:' }
    skyhold = ManagedProcess.start(process.execPath, [MAIN], {
      env: { ...env, WAITING_ROOM_PER_MINUTE: PER_MINUTE, RATE_LIMIT_PER_MINUTE: '0' },
    })
    await skyhold.waitForLine(/Skyhold is ready/, { timeoutMs: 60_000 })
    browser = await openBrowser()
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await skyhold.stop()
  })

  /** Others take their places in the line for a flight. */
  const queue = async (flightId: string, people: number) => {
    for (let i = 0; i < people; i += 1) {
      const other = await Traveller.registered(baseUrl)
      expect((await other.call('POST', '/waiting-room/places', { flightId })).status).toBe(201)
    }
  }
  const flightOf = (page: Page) => page.waitForRequest(/seat-map$/).then((request) => /flights\/(\w+)\//.exec(request.url())?.[1] ?? '')

  test('a person on the page — others before him in line — is told how long, and has his seat when it is his turn', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    await page.goto(baseUrl)
    const flight = flightOf(page)
    await findFlight(page)
    await queue(await flight, 4)
    await page.getByRole('button', { name: 'Choose for me' }).click()
    await page.getByRole('button', { name: /guest traveller/ }).click()
    const notice = page.getByRole('alert').filter({ hasText: 'You are in line' })
    await notice.getByText(/^You are number \d+\. It takes less than a minute\.$/).waitFor()

    const address = await notice.getByRole('link').getAttribute('href')
    const line = await browser.newPage()
    await line.goto(baseUrl + address)
    await line.getByRole('heading', { level: 1, name: 'You are in line' }).waitFor()
    expect(await line.getByRole('status').innerText()).toMatch(/^You are number \d+/)
    expect(await flaws(line)).toEqual([])

    await page.getByRole('heading', { name: 'Who is travelling?' }).waitFor({ timeout: 30_000 })
    await line.getByRole('heading', { level: 1, name: 'It is your turn' }).waitFor({ timeout: 30_000 })
    expect(await line.locator('main').innerText()).toMatch(
      /^It is your turn\s+You may hold seats until \d\d:\d\d UTC\.\s+Choose your seats$/,
    )
  }, 120_000)
})

/** What somebody who does not see the page would stumble over, by the rules of axe that matter on a page like this. */
const flaws = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const all = (selector) => [...document.querySelectorAll(selector)]
    const found = []
    if (!document.documentElement.lang) found.push('html-has-lang')
    if (!document.title) found.push('document-title')
    if (all('h1').length !== 1) found.push('page-has-heading-one')
    if (all('main').length !== 1) found.push('landmark-one-main')
    if (all('[aria-live]').length === 0) found.push('no live region')
    if (all('meta[name=viewport][content*="user-scalable=no"]').length) found.push('meta-viewport')
    for (const image of all('img')) if (!image.hasAttribute('alt')) found.push('image-alt')
    for (const control of all('a, button')) if (!(control.textContent || control.getAttribute('aria-label') || '').trim()) found.push('control without a name')
    for (const input of all('input, select, textarea')) if (!input.labels?.length) found.push('label')
    for (const element of all('[aria-labelledby]')) if (!document.getElementById(element.getAttribute('aria-labelledby'))) found.push('aria-valid-attr-value')
    const ids = all('[id]').map((element) => element.id)
    if (new Set(ids).size !== ids.length) found.push('duplicate-id')
    return found
  })()`)
