import { createTransport } from 'nodemailer'
import { MailRefused, type MailTransport, type OutgoingMail } from './mail-transport.ts'

export interface SmtpOptions {
  /** `smtp://user:password@host:port`, `smtps://…` for TLS from the start. */
  url: string
  from: Mailbox
  connections: number
  /** How long one mail may take from its first to its last word with the server. */
  timeoutMs: number
}

export interface Mailbox {
  name: string
  address: string
}

/** A connection that carried so many is closed: some servers slow down long ones. */
const MAILS_PER_CONNECTION = 200
const CONNECT_MS = 10_000

/** Keeps a few connections to the mail server open and sends through them. */
export function openSmtp({ url, from, connections, timeoutMs }: SmtpOptions): MailTransport {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connections,
    maxMessages: MAILS_PER_CONNECTION,
    maxRequeues: 0, // A lost connection is our affair: the pool would send again without a word of it.
    connectionTimeout: Math.min(CONNECT_MS, timeoutMs),
    greetingTimeout: Math.min(CONNECT_MS, timeoutMs),
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(mail) {
      try {
        await within(timeoutMs, transport.sendMail(messageOf(mail, from)))
      } catch (error) {
        throw refusalOf(error)
      }
    },
    close: () => transport.close(),
  }
}

/** The envelope stands by itself, so that no comma or bracket in a header can add a recipient. */
const messageOf = ({ to, headers, ...mail }: OutgoingMail, from: Mailbox) => ({
  ...mail,
  from,
  to: { name: '', address: to },
  envelope: { from: from.address, to: [to] },
  headers: { ...headers, 'Auto-Submitted': 'auto-generated' },
})

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new MailRefused('unreachable', `The mail server did not take the mail within ${timeoutMs} ms.`)),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([work, silence])
  } finally {
    clearTimeout(timer)
  }
}

/** The recipient or the content was looked at; what comes before (greeting, login, sender) is between the server and us. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA', 'API'])

export function refusalOf(error: unknown): MailRefused {
  if (error instanceof MailRefused) return error
  const { message, command, responseCode } = error as { message: string; command?: string; responseCode?: number }
  const isReply = responseCode !== undefined && ABOUT_THE_MAIL.has(command ?? '')
  // 421 may come at any time: the server closes.
  if (!isReply || responseCode === 421) return new MailRefused('unreachable', message, error)
  return new MailRefused(responseCode >= 500 ? 'permanent' : 'temporary', message, error)
}
