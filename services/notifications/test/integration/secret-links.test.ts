import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DEVELOPMENT_SECRET } from '@skyhold/contracts'
import { createServiceTokens } from '@skyhold/platform'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSecretLinks } from '../../src/clients/secret-links.ts'
import { getTemplate } from '../../src/views/templates/index.ts'
import { eventOf } from '../support/sample-events.ts'

const HANDLE = 'h'.repeat(43)
const URL_OF_LINK = 'https://fly.example/#reset-password=a-token-of-its-own'

describe('the secret links of mails', () => {
  let status = 200
  let asked: { method: string | undefined; url: string | undefined; authorization: string | undefined }[] = []
  const identity = createServer(({ method, url, headers }, response) => {
    asked.push({ method, url, authorization: headers.authorization })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ url: URL_OF_LINK, expiresAt: '' }))
  })

  beforeEach(async () => {
    status = 200
    asked = []
    await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => {
    identity.closeAllConnections()
    return new Promise((resolve) => identity.close(resolve))
  })

  const links = () =>
    openSecretLinks({ identityUrls: [`http://127.0.0.1:${(identity.address() as AddressInfo).port}`], secret: DEVELOPMENT_SECRET })

  test('a handle — asked of identity with a service token — is its link', async () => {
    expect(await links()(HANDLE)).toBe(URL_OF_LINK)
    expect(asked).toMatchObject([{ method: 'POST', url: `/internal/mail-links/${HANDLE}` }])
    const token = asked[0]?.authorization?.replace('Bearer ', '') ?? ''
    expect(await createServiceTokens(DEVELOPMENT_SECRET, 'identity').verify(token, 'identity')).toBe('notifications')
  })

  test.each([
    [404, 'permanent'],
    [401, 'temporary'],
    [503, 'temporary'],
  ])('a handle — that identity answers with %i — refuses the mail as %s', async (answer, kind) => {
    status = answer
    await expect(links()(HANDLE)).rejects.toMatchObject({ name: 'MailRefused', kind })
  })

  test('a handle — while identity is away — leaves the mail for later', async () => {
    await expect(openSecretLinks({ identityUrls: ['http://127.0.0.1:9'], secret: DEVELOPMENT_SECRET })(HANDLE)).rejects.toMatchObject({
      kind: 'temporary',
    })
  })

  test.each([
    ['verify-email', 'user.verification_requested'],
    ['reset-password', 'user.password_reset_requested'],
  ] as const)('%s — rendered — has the link in both parts, and a name that is no markup', async (name, type) => {
    const data = { userId: 'usr_1', email: 'mai@mail.example', givenNames: '<b>Mai</b>', familyName: 'Nguyễn', linkHandle: HANDLE }
    const event = eventOf(type, data)
    const template = getTemplate(name)
    const { html, text } = await template.render(event, { publicUrl: 'https://fly.example', secretLink: links() })
    for (const part of [html, text]) expect(part).toContain(URL_OF_LINK)
    expect(html).not.toContain('<b>Mai')
    expect(template.addressee(event)).toMatchObject({ to: 'mai@mail.example', ownerId: 'usr_1', bookingId: null })
    expect(JSON.stringify(event)).not.toContain(URL_OF_LINK)
  })
})
