import type { Html } from '@skyhold/platform/html'

export interface Attachment {
  filename: string
  contentType: string
  content: Buffer | string
}

/** An e-mail as a template makes it: what is said. Who it goes to and its headers are not the template's business. */
export interface Mail {
  subject: string
  html: string
  text: string
  attachments: Attachment[]
}

/** What a template may know beside the event. */
export interface MailContext {
  /** Where people reach Skyhold, without a slash at the end. */
  publicUrl: string
  /** The secret link of a handle, for this mail alone: it must not be stored or logged. */
  secretLink: (handle: string) => Promise<string>
}

/** The parts that differ from mail to mail; the frame around them is one for all. */
export interface Letter {
  /** The first line a mail program shows beside the subject. */
  preview: string
  heading: string
  body: Html
  text: string
}
