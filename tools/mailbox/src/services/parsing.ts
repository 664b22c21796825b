import { randomUUID } from 'node:crypto'
import { simpleParser, type HeaderLines, type ParsedMail } from 'mailparser'
import type { AttachmentSummary, Envelope, Incoming } from '../domain/message.ts'

/** Reads a raw message. What cannot be read is kept all the same: a mail server that loses odd mail is of no use for finding out why it is odd. */
export async function readMessage(raw: Buffer, { recipients }: Envelope): Promise<Incoming> {
  const mail = await parse(raw)
  return {
    message: {
      id: randomUUID(),
      to: recipients.join(', '),
      from: mail.from?.text ?? '',
      subject: mail.subject ?? '',
      headers: headersOf(mail),
      text: mail.text ?? null,
      html: mail.html || null,
      attachments: mail.attachments.map(summaryOf),
      receivedAt: new Date().toISOString(),
    },
    messageId: mail.messageId ?? null,
    recipients,
    raw,
  }
}

export interface Attachment extends AttachmentSummary {
  content: Buffer
}

export async function readAttachments(raw: Buffer): Promise<Attachment[]> {
  const { attachments } = await parse(raw)
  return attachments.map((attachment) => ({ ...summaryOf(attachment), content: attachment.content }))
}

/** The HTML with its inline pictures inside, so that showing it loads nothing. */
export async function readSelfContainedHtml(raw: Buffer): Promise<string | null> {
  const { html } = await simpleParser(raw, { skipHtmlToText: true })
  return html || null
}

/** As it was sent: no text is made from HTML, and pictures stay references. */
const parse = (raw: Buffer): Promise<ParsedMail> => simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, keepCidLinks: true })

const summaryOf = ({ filename, contentType, size }: ParsedMail['attachments'][number]): AttachmentSummary => ({
  filename: filename || null,
  contentType,
  size,
})

function headersOf({ headers, headerLines }: ParsedMail): Record<string, string> {
  const values = new Map<string, string[]>()
  for (const { key, line } of headerLines) values.set(key, [...(values.get(key) ?? []), unfolded(line)])
  // fromEntries defines members and never assigns them, so that a header named `__proto__` is data like any other.
  return Object.fromEntries(
    [...values].map(([key, lines]) => {
      const decoded = headers.get(key)
      return [key, lines.length === 1 && typeof decoded === 'string' ? decoded : lines.join(', ')]
    }),
  )
}

const unfolded = (line: HeaderLines[number]['line']): string =>
  line
    .slice(line.indexOf(':') + 1)
    .replace(/\r?\n[ \t]+/g, ' ')
    .trim()
