import type { Attachment } from '../views/mail.ts'

/** An e-mail with everything that leaves. */
export interface OutgoingMail {
  to: string
  messageId: string
  subject: string
  html: string
  text: string
  attachments: Attachment[]
  headers: Record<string, string>
}

/** What a mail server said, or that it said nothing. */
export class MailRefused extends Error {
  override name = 'MailRefused'
  /**
   * `permanent`: this mail will never be taken. `temporary`: it may be later. `unreachable`: it is the server's state, or our access to it,
   * and says nothing of this mail.
   */
  readonly kind: 'permanent' | 'temporary' | 'unreachable'

  constructor(kind: MailRefused['kind'], reason: string, cause?: unknown) {
    super(reason, { cause })
    this.kind = kind
  }
}

export interface MailTransport {
  /** Resolves when the server has taken the mail into its care; throws MailRefused. */
  send(mail: OutgoingMail): Promise<void>
  close(): void
}
