import { describe, expect, test, vi } from 'vitest'
import { MAIL, startMailbox, tempDir } from './support.ts'

describe('receiving', () => {
  test('a confirmation — with HTML, a ticket and a calendar — is listed with all its parts', async () => {
    const { transport, messages, url } = await startMailbox()
    const pdf = Buffer.from('%PDF-1.7 the ticket')
    await transport.sendMail({
      ...MAIL,
      to: '"Ann, of Green Gables" <ann@example.test>, ben@example.test',
      html: '<p>Hello <b>Ann</b></p>',
      messageId: '<evt_1.booking-confirmed@skyhold.example>',
      headers: { 'X-Skyhold-Event-Id': 'evt_1', 'X-Skyhold-Booking': 'BCDFGH' },
      attachments: [
        { filename: 'ticket.pdf', content: pdf, contentType: 'application/pdf' },
        { filename: 'flight.ics', content: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n', contentType: 'text/calendar' },
      ],
    })
    const { data, duplicates } = await messages()
    expect(duplicates).toBe(0)
    const [message] = data
    expect(message).toMatchObject({
      to: 'ann@example.test, ben@example.test',
      subject: 'Your booking',
      headers: { 'message-id': '<evt_1.booking-confirmed@skyhold.example>', 'x-skyhold-event-id': 'evt_1', 'x-skyhold-booking': 'BCDFGH' },
      html: '<p>Hello <b>Ann</b></p>',
      attachments: [
        { filename: 'ticket.pdf', contentType: 'application/pdf', size: pdf.length },
        { filename: 'flight.ics', contentType: 'text/calendar' },
      ],
    })
    expect(message?.text?.trim()).toBe('Hello Ann')
    expect(Date.parse(message?.receivedAt ?? '')).toBeLessThanOrEqual(Date.now())

    const ticket = await fetch(`${url}/messages/${message?.id}/attachments/0`)
    expect(ticket.headers.get('content-type')).toBe('application/pdf')
    expect(ticket.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''ticket.pdf")
    expect(Buffer.from(await ticket.arrayBuffer())).toEqual(pdf)
    expect((await fetch(`${url}/messages/${message?.id}/attachments/2`)).status).toBe(404)
    expect(await (await fetch(`${url}/messages/${message?.id}/raw`)).text()).toContain('X-Skyhold-Booking: BCDFGH')
  })

  test('one Message-ID — sent three times — is kept once and counted', async () => {
    const { transport, messages } = await startMailbox()
    for (let n = 1; n <= 3; n += 1) await transport.sendMail({ ...MAIL, messageId: '<same@skyhold.example>', text: `copy ${n}` })
    await transport.sendMail({ ...MAIL, to: 'ben@example.test' })
    const all = await messages()
    expect(all.data).toHaveLength(2)
    expect(all.duplicates).toBe(2)
    expect(all.data[1]?.text?.trim()).toBe('copy 1')
    expect((await messages('?to=ben@example.test')).duplicates).toBe(0)
  })

  test('the list — newest first — filters by whole address in any case and comes in pages when asked', async () => {
    const { transport, messages } = await startMailbox()
    for (const [to, subject] of [
      ['ann@example.test', 'one'],
      ['joann@example.test', 'two'],
      ['Ann@Example.test', 'three'],
    ] as const) {
      await transport.sendMail({ ...MAIL, to, subject })
    }
    const subjects = async (query: string) => (await messages(query)).data.map((message) => message.subject)
    expect(await subjects('')).toEqual(['three', 'two', 'one'])
    expect(await subjects('?to=ANN@example.test')).toEqual(['three', 'one'])
    const [newest] = (await messages('?limit=1')).data
    expect(await subjects(`?limit=1&before=${newest?.id}`)).toEqual(['two'])
  })

  test.each(["O'Brien", 'Nguyễn Thị', 'Ærøskøbing 🛫', 'عائشة', '<script>alert(1)</script>'])(
    'the name %s — in address and subject — comes out as it went in',
    async (name) => {
      const { transport, messages, url } = await startMailbox()
      await transport.sendMail({
        ...MAIL,
        to: { name, address: 'ann@example.test' },
        subject: `${name} ✈️ your ticket`,
        text: `Dear ${name}`,
      })
      const [message] = (await messages()).data
      expect(message).toMatchObject({
        to: 'ann@example.test',
        subject: `${name} ✈️ your ticket`,
        headers: { subject: `${name} ✈️ your ticket` },
      })
      expect(message?.text?.trim()).toBe(`Dear ${name}`)
      for (const path of ['/', `/mail/${message?.id}`]) expect(await (await fetch(url + path)).text()).not.toContain('<script>')
    },
  )

  test('an attachment — with an odd name — is offered under it and never runs here', async () => {
    const { transport, messages, url } = await startMailbox()
    await transport.sendMail({
      ...MAIL,
      attachments: [{ filename: 'a "ticket" (1)\'s 🎫.html', content: '<script>alert(1)</script>', contentType: 'text/html' }],
    })
    const [message] = (await messages()).data
    const response = await fetch(`${url}/messages/${message?.id}/attachments/0`)
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''[\w%.-]+$/)
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
  })

  test('a restart — keeps the mail and knows its Message-IDs', async () => {
    const folder = tempDir()
    const before = await startMailbox(folder)
    await before.transport.sendMail({ ...MAIL, messageId: '<one@skyhold.example>' })
    const kept = await before.messages()
    await before.close()
    const after = await startMailbox(folder)
    expect(await after.messages()).toEqual(kept)
    await after.transport.sendMail({ ...MAIL, messageId: '<one@skyhold.example>' })
    expect(await after.messages()).toEqual({ ...kept, duplicates: 1 })
  })

  test('deleting — empties the mailbox, and the same Message-ID is new again', async () => {
    const { transport, messages, url } = await startMailbox()
    const mail = { ...MAIL, messageId: '<one@skyhold.example>' }
    await transport.sendMail(mail)
    expect((await fetch(`${url}/messages`, { method: 'DELETE' })).status).toBe(204)
    expect(await messages()).toEqual({ data: [], duplicates: 0 })
    await transport.sendMail(mail)
    expect((await messages()).data).toHaveLength(1)
  })
})

describe('the pages', () => {
  test('a message — shows its HTML in a frame where nothing runs and nothing is loaded', async () => {
    const { transport, messages, url } = await startMailbox()
    const picture = Buffer.from('R0lGODlhAQABAAAAACw=', 'base64')
    await transport.sendMail({
      ...MAIL,
      html: '<script>alert(1)</script><img src="cid:logo"><img src="https://tracker.example/pixel">',
      attachments: [{ filename: 'logo.gif', content: picture, cid: 'logo' }],
    })
    const [message] = (await messages()).data
    const page = await (await fetch(`${url}/mail/${message?.id}`)).text()
    expect(page).toContain(`<iframe src="/messages/${message?.id}/html"`)
    expect(page).toContain('sandbox="allow-popups')
    expect(page).toContain('Hello Ann')
    const frame = await fetch(`${url}/messages/${message?.id}/html`)
    const policy = frame.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/^sandbox/)
    expect(policy).not.toContain('allow-scripts')
    expect(await frame.text()).toContain(`data:image/gif;base64,${picture.toString('base64')}`)
    expect(message?.html).toContain('cid:logo')
  })

  test('the list — filtered to nothing, and an unknown message — say so', async () => {
    const { url } = await startMailbox()
    expect(await (await fetch(`${url}/?to=nobody@example.test`)).text()).toContain('No mail was sent to this address.')
    expect((await fetch(`${url}/mail/none`)).status).toBe(404)
  })
})

describe('the control door', () => {
  test('rejecting — answers 451 and keeps nothing, then takes the repeat', async () => {
    const { transport, messages, control } = await startMailbox()
    expect(await control({ rejectRate: 1 })).toEqual({ status: 200, body: { rejectRate: 1, down: false, delayMs: 0 } })
    const mail = { ...MAIL, messageId: '<one@skyhold.example>' }
    await expect(transport.sendMail(mail)).rejects.toMatchObject({ responseCode: 451 })
    expect((await messages()).data).toHaveLength(0)
    await control({ rejectRate: 0 })
    await transport.sendMail(mail)
    expect(await messages()).toMatchObject({ data: [{ subject: MAIL.subject }], duplicates: 0 })
  })

  test('down — refuses the connection for now, and the page stays', async () => {
    const { transport, control, url } = await startMailbox()
    await control({ down: true })
    await expect(transport.sendMail(MAIL)).rejects.toMatchObject({ responseCode: 421 })
    expect((await fetch(url)).status).toBe(200)
    await control({ down: false })
    await expect(transport.sendMail(MAIL)).resolves.toMatchObject({ accepted: ['ann@example.test'] })
  })

  test('late — a message is stored before it is acknowledged', async () => {
    const { transport, control, messages } = await startMailbox()
    await control({ delayMs: 1000 })
    const sent = transport.sendMail(MAIL)
    const stored = vi.waitFor(async () => expect((await messages()).data).toHaveLength(1), { timeout: 5000, interval: 10 })
    expect(await Promise.race([sent.then(() => 'acknowledged'), stored.then(() => 'stored')])).toBe('stored')
    await sent
  })

  test('an unknown member — is refused', async () => {
    const { control } = await startMailbox()
    expect(await control({ rejected: 1 })).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })
})
