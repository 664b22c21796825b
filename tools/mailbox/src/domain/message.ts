export interface AttachmentSummary {
  filename: string | null
  contentType: string
  size: number
}

/** A message as `GET /messages` shows it. */
export interface Message {
  id: string
  /** Whom it was sent to, by the envelope: addresses without names, joined by a comma and a space. */
  to: string
  from: string
  subject: string
  /** By lower-case name, decoded; a header that comes several times has its values joined by a comma and a space. */
  headers: Record<string, string>
  text: string | null
  html: string | null
  attachments: AttachmentSummary[]
  receivedAt: string
}

export interface Envelope {
  recipients: string[]
}

/** A message with what only the store needs. */
export interface Incoming {
  message: Message
  /** What mail systems know a message by; a message without one is like no other. */
  messageId: string | null
  recipients: string[]
  raw: Buffer
}
