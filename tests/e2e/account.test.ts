import { fileURLToPath } from 'node:url'
import { assertDeclared, findFreePort, ManagedProcess, tempDir, waitFor } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeAt } from './support/authenticator.ts'
import { openBrowser } from './support/site-purchase.ts'
import { mailsTo } from './support/traveller.ts'

const MAIN = fileURLToPath(new URL('../../tools/all-in-one/src/main.ts', import.meta.url))
/** Where the services, the simulator, the mailbox and SMTP listen, counted from the gateway's port. */
const OFFSETS = [0, 1, 2, 3, 4, 10, 25, 26]
const EMAIL = 'forgetful@example.com'
const [FIRST_PASSWORD, SECOND_PASSWORD] = ['nine yellow tickets', 'ten violet suitcases']

describe('an account, from its address to a new password', () => {
  const dataDir = tempDir('account')
  let skyhold: ManagedProcess
  let port = 0
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assertDeclared('POST', response, await response.clone().text())
    return response
  }
  const login = (password: string) => post('login', { email: EMAIL, password })

  const mailed = async (subject: string, to = EMAIL) =>
    (await mailsTo(`http://127.0.0.1:${port + 25}`, to)).find((each) => each.subject === subject)
  /** The token of the link in the mail with this subject. */
  const mailedToken = (subject: string, link: string, to = EMAIL) =>
    waitFor(
      async () => {
        const mail = await mailed(subject, to)
        return mail && new RegExp(`#${link}=([\\w-]+)`).exec(mail.text)?.[1]
      },
      { timeoutMs: 20_000, what: `the e-mail "${subject}"` },
    )

  beforeAll(async () => {
    port = await findFreePort(OFFSETS)
    skyhold = ManagedProcess.start(process.execPath, [MAIN], {
      env: { PORT: String(port), DATA_DIR: dataDir, DATABASE_URL: 'sqlite:', BROKER_URL: 'memory:', SEED: 'none' },
    })
    await skyhold.waitForLine(/Skyhold is ready/, { timeoutMs: 60_000 })
  }, 90_000)
  afterAll(() => skyhold.stop())

  test('the links that are mailed — used — verify the address and set a new password', async () => {
    const names = { givenNames: 'Forgetful', familyName: 'Passenger' }
    expect((await post('register', { email: EMAIL, password: FIRST_PASSWORD, ...names })).status).toBe(201)
    expect((await post('verifications', { token: await mailedToken('Verify your e-mail address', 'verify-email') })).status).toBe(204)
    const { accessToken } = (await (await login(FIRST_PASSWORD)).json()) as { accessToken: string }
    const me = await fetch(`http://127.0.0.1:${port}/api/v1/me`, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(await me.json()).toMatchObject({ email: EMAIL, emailVerified: true })

    expect((await post('password-resets', { email: EMAIL })).status).toBe(202)
    const token = await mailedToken('Set a new password', 'reset-password')
    const browser = await openBrowser()
    try {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}/#reset-password=${token}`)
      await page.getByLabel('New password').fill(SECOND_PASSWORD)
      await page.getByRole('button', { name: 'Set the password' }).click()
      await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
      expect(page.url()).not.toContain(token)
    } finally {
      await browser.close()
    }
    expect((await login(FIRST_PASSWORD)).status).toBe(401)
    expect((await login(SECOND_PASSWORD)).status).toBe(200)
    const told = await waitFor(async () => (await mailed('Your password was set anew')) ?? false, {
      timeoutMs: 20_000,
      what: 'the word that it was',
    })
    expect(told.text).toContain('If it was not you')
    for (const secret of [token, SECOND_PASSWORD]) expect(skyhold.lines.join()).not.toContain(secret)
  })

  test('an account with a second factor — signing in on the page — is asked for a code: not a wrong one, and each once', async () => {
    const person = { email: 'careful@example.com', password: FIRST_PASSWORD }
    expect((await post('register', { ...person, givenNames: 'Careful', familyName: 'Passenger' })).status).toBe(201)
    const link = await mailedToken('Verify your e-mail address', 'verify-email', person.email)
    expect((await post('verifications', { token: link })).status).toBe(204)
    const { accessToken } = (await (await post('login', person)).json()) as { accessToken: string }
    const factor = async <T>(path: string, body: object): Promise<T> => {
      const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await (await fetch(`http://127.0.0.1:${port}/api/v1/me/second-factor${path}`, init)).json()) as T
    }
    const { secret } = await factor<{ secret: string }>('', { password: person.password })
    const { recoveryCodes } = await factor<{ recoveryCodes: [string, string] }>('/confirmation', { code: codeAt(secret, Date.now()) })
    const browser = await openBrowser()
    try {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}/`)
      const dialog = page.getByRole('dialog')
      const open = () => page.getByRole('button', { name: 'Sign in' }).click()
      const press = () => dialog.getByRole('button', { name: 'Sign in' }).click()
      const fill = async () => {
        await dialog.getByLabel('E-mail').first().fill(person.email)
        await dialog.getByLabel('Password').first().fill(person.password)
        expect(await dialog.getByLabel('Code').isVisible()).toBe(false)
        await press()
        await dialog.getByLabel('Code').waitFor()
      }
      await open()
      await fill()
      await dialog.getByLabel('Code').fill('not-a-code')
      await press()
      await dialog.getByRole('alert').getByText(/code/i).waitFor()
      await dialog.getByLabel('Code').fill(recoveryCodes[0].toLowerCase())
      await press()
      await page.getByText('You are signed in.').waitFor()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await open()
      await fill()
      await dialog.getByLabel('Code').fill(recoveryCodes[0])
      await press()
      await dialog.getByRole('alert').getByText(/code/i).waitFor()
      await dialog.getByLabel('Code').fill(recoveryCodes[1])
      await press()
      await page.getByText('You are signed in.').waitFor()
    } finally {
      await browser.close()
    }
  })
})
