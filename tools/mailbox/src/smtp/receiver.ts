import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@skyhold/platform/without-database'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Messages } from '../repositories/messages.ts'
import type { Controlled } from '../services/control.ts'
import { readMessage } from '../services/parsing.ts'

/** Most mail systems take 25 MB; a ticket with its attachments has a hundredth of it. */
const MESSAGE_BYTES_MAX = 25 * 1024 * 1024
/** Whoever is in the middle of a message at the end comes again; nothing was acknowledged. */
const CLOSE_PATIENCE_MS = 500

/** A refusal with its SMTP code (RFC 5321, 4.2): 4xx is for now, 5xx for good. */
class SmtpRefusal extends Error {
  override name = 'SmtpRefusal'
  readonly responseCode: number

  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

interface ReceiverOptions {
  host: string
  port: number
  messages: Messages
  controlled: Controlled
  logger: Logger
}

/** The SMTP side: anybody may send to anybody, with or without a login. A message is acknowledged only after it is on the disk. */
export class SmtpReceiver {
  readonly #options: ReceiverOptions
  readonly #server: SMTPServer

  constructor(options: ReceiverOptions) {
    this.#options = options
    this.#server = new SMTPServer({
      name: 'mailbox.skyhold.example',
      banner: 'Skyhold mailbox',
      authOptional: true,
      allowInsecureAuth: true,
      // No certificate would be one that anybody trusts; this listens on the loopback.
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      size: MESSAGE_BYTES_MAX,
      closeTimeout: CLOSE_PATIENCE_MS,
      logger: false,
      onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? 'anybody' }),
      onConnect: (_session, callback) => callback(this.#whenDown()),
      onMailFrom: (_address, _session, callback) => callback(this.#whenDown()),
      onData: (stream, session, callback) => {
        this.#receive(stream, session).then(
          (answer) => callback(null, answer),
          (error: unknown) => callback(this.#refusal(error)),
        )
      },
    })
    this.#server.on('error', (error) => options.logger.debug({ err: error }, 'SMTP connection failed'))
  }

  async listen(): Promise<void> {
    const { host, port } = this.#options
    this.#server.listen(port, host)
    await once(this.#server.server, 'listening')
    this.#options.logger.info({ port: this.port }, 'SMTP listening')
  }

  get port(): number {
    const address = this.#server.server.address() as AddressInfo | null // A TCP server: never a pipe's name.
    return address?.port ?? this.#options.port
  }

  get isListening(): boolean {
    return this.#server.server.listening
  }

  async close(): Promise<void> {
    if (!this.isListening) return
    await new Promise<void>((resolve) => this.#server.close(resolve))
  }

  #whenDown(): SmtpRefusal | null {
    return this.#options.controlled.control.down ? new SmtpRefusal(421, 'Service not available') : null
  }

  async #receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    const { messages, controlled, logger } = this.#options
    // Read to its end even when it will be refused: the protocol goes on after it.
    const raw = await contentOf(stream)
    if (stream.sizeExceeded) throw new SmtpRefusal(552, 'Message exceeds the fixed maximum size')
    if (Math.random() < controlled.control.rejectRate) throw new SmtpRefusal(451, 'Try again later')
    const incoming = await readMessage(raw, { recipients: session.envelope.rcptTo.map((recipient) => recipient.address) })
    const outcome = messages.keep(incoming)
    logger.info({ messageId: incoming.messageId, outcome }, 'message stored')
    if (controlled.control.delayMs > 0) await sleep(controlled.control.delayMs)
    return outcome === 'new' ? `Stored as ${incoming.message.id}` : 'Stored before'
  }

  #refusal(error: unknown): SmtpRefusal {
    if (error instanceof SmtpRefusal) return error
    this.#options.logger.error({ err: error }, 'message not stored')
    return new SmtpRefusal(451, 'The message could not be stored; try again later')
  }
}

async function contentOf(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  // What is past the limit is not collected, so that nobody fills the memory; sizeExceeded tells of it at the end.
  for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk)
  return Buffer.concat(chunks)
}
