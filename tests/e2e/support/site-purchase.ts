import { existsSync } from 'node:fs'
import { expect } from 'vitest'
import { type Browser, chromium, type Page } from 'playwright-core'

const CANDIDATES = [process.env.TEST_BROWSER, '/usr/bin/chromium', '/usr/bin/google-chrome']
/** Without these, Chromium looks for its maker's servers, which a closed network refuses. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export function openBrowser(): Promise<Browser> {
  const executablePath = CANDIDATES.find((path) => path && existsSync(path))
  if (!executablePath) throw new Error('The test of the site needs a browser: apt-get install chromium, or name one in TEST_BROWSER.')
  return chromium.launch({ executablePath, args: FLAGS })
}

/** A person buys two seats on the page at `/`: a declined card first, then the bank's question, approved. The reference of the booking. */
export async function buyOnTheSite(page: Page, baseUrl: string): Promise<string> {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(baseUrl)
  await findFlight(page)
  const free = page.locator('button.seat[data-status=available]')
  await free.nth(8).click()
  await free.nth(8).click()
  await page.getByRole('button', { name: 'Hold these seats' }).click()
  await page.getByRole('button', { name: /guest traveller/ }).click()
  await namePassengers(page)
  await pay(page, /without enough/)
  await page.getByText('The card was declined').waitFor()
  await pay(page, /bank asks you/)
  await approveAtTheBank(page)
  await page.getByRole('heading', { name: /flying/ }).waitFor({ timeout: 30_000 })
  expect(problems).toEqual([])
  const text = await page.locator('main').innerText()
  const reference = /\b[BCDFGHJKLMNPQRSTVWXZ2-9]{6}\b/.exec(text)?.[0]
  if (!reference) throw new Error(`the page shows no reference: ${text}`)
  return reference
}

/** A guest on a fresh page takes two seats, and begins to pay for them with this card. */
export async function askForPayment(page: Page, card: RegExp): Promise<void> {
  await findFlight(page)
  await page.getByRole('button', { name: 'Choose for me' }).click()
  await page.getByRole('button', { name: /guest traveller/ }).click()
  await namePassengers(page)
  await pay(page, card)
}

/** Whoever is signed in stays so over a reload, while no script of the page can get at a token; and is signed out by one press. */
export async function expectSessionOutOfReach(page: Page): Promise<void> {
  const reach = await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')
  expect(reach).toEqual([0, 0, ''])
  expect(await page.context().cookies()).toMatchObject([{ name: 'skyhold_session', httpOnly: true, sameSite: 'Lax', path: '/' }])
  await page.reload()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  expect(await page.context().cookies()).toEqual([])
  await page.reload()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
}

/** Searches, and opens the seat map of the first flight for two. */
export async function findFlight(page: Page): Promise<void> {
  await page.getByLabel('From').fill('Delhi (DEL)')
  await page.getByLabel('To', { exact: true }).fill('Mumbai')
  await page.getByLabel('Passengers').selectOption('2')
  await page.getByRole('button', { name: 'Search flights' }).click()
  await page.getByRole('article').first().getByRole('button').first().click()
  await page.getByRole('heading', { name: 'Choose your seats' }).waitFor()
}

async function namePassengers(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Who is travelling?' }).waitFor()
  for (const [i, name] of ['Asha', 'Ravi'].entries()) {
    await page.getByLabel('Given names').nth(i).fill(name)
    await page.getByLabel('Family name').nth(i).fill("O'Brien")
  }
  await page.locator('main').getByLabel('E-mail').fill('asha@example.com')
  await page.getByRole('button', { name: 'Go on to payment' }).click()
  await page.getByRole('heading', { name: 'Pay', exact: true }).waitFor()
}

async function pay(page: Page, card: RegExp): Promise<void> {
  await page.getByRole('radio', { name: card }).check()
  await page.getByRole('button', { name: 'Pay now' }).click()
}

async function approveAtTheBank(page: Page): Promise<void> {
  await page.getByText('approve this payment').waitFor()
  const [bank] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: /bank/ }).click()])
  await bank.getByRole('button', { name: /Approve/ }).click()
  await bank
    .getByText(/approved/i)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'I have approved it' }).click()
}
