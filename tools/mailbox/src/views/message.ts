import { html, type Html } from '@skyhold/platform/html'
import type { AttachmentSummary, Message } from '../domain/message.ts'
import { moment, page } from './page.ts'

export const messagePage = (message: Message): string =>
  page(
    message.subject || '(no subject)',
    html`<p><a href="/">← All mail</a></p>
<h1>${message.subject || '(no subject)'}</h1>
<dl><dt>From</dt><dd>${message.from}</dd><dt>To</dt><dd>${message.to}</dd><dt>Received</dt><dd>${moment(message.receivedAt)}</dd></dl>
${attachmentsOf(message)}
${
  message.html === null
    ? html``
    : html`<iframe src="/messages/${message.id}/html" title="The message as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" tabindex="0"></iframe>`
}
${textOf(message)}
<details><summary>Headers</summary><pre>${Object.entries(message.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n')}</pre></details>
<p><a href="/messages/${message.id}/raw">The message as it came (.eml)</a></p>`,
  )

function attachmentsOf({ id, attachments }: Message): Html {
  if (attachments.length === 0) return html``
  return html`<h2>Attachments</h2><ul class="attachments">${attachments.map((attachment, n) => attachmentLink(id, attachment, n))}</ul>`
}

const attachmentLink = (id: string, { filename, contentType, size }: AttachmentSummary, n: number): Html =>
  html`<li><a href="/messages/${id}/attachments/${n}">${filename ?? `attachment ${n + 1}`}</a> <span class="quiet">${contentType}, ${Math.ceil(size / 1024)} KB</span></li>`

/** The text is what one sees of a message without HTML; beside HTML it is there to be opened. */
function textOf(message: Message): Html {
  if (message.text === null) return html``
  const text = html`<pre>${message.text}</pre>`
  return message.html === null ? text : html`<details><summary>The message as text</summary>${text}</details>`
}
