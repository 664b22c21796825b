import { html, type Html } from '@skyhold/platform/html'
import type { Message } from '../domain/message.ts'
import { moment, page } from './page.ts'

export interface ListView {
  shown: { message: Message; copies: number }[]
  /** The last one shown, when there are older ones behind it. */
  older: string | null
  /** The filter, empty for none. */
  to: string
  total: number
}

export const listPage = ({ shown, older, to, total }: ListView): string =>
  page(
    'Mailbox',
    html`<h1>Mailbox</h1>
<p class="quiet">All mail that Skyhold sends ends here; nothing leaves this machine. ${total} ${total === 1 ? 'message' : 'messages'} in all.</p>
<form class="search" role="search"><label>Sent to <input name="to" type="search" inputmode="email" autocomplete="off" value="${to}" placeholder="name@example.org"></label>
<button>Find</button><a href="/">Reload</a></form>
${shown.length ? html`<ol class="mails">${shown.map(item)}</ol>` : html`<p>${to ? 'No mail was sent to this address.' : 'No mail yet.'}</p>`}
${older === null ? html`` : html`<p><a href="/?${new URLSearchParams({ ...(to ? { to } : {}), before: older }).toString()}">Older mail</a></p>`}`,
  )

const item = ({
  message,
  copies,
}: ListView['shown'][number]): Html => html`<li><a href="/mail/${message.id}"><strong>${message.subject || '(no subject)'}</strong>
<span class="quiet">to ${message.to || 'nobody'} · ${moment(message.receivedAt)}${attachmentsNote(message)}${copies > 1 ? ` · came ${copies} times` : ''}</span></a></li>
`

const attachmentsNote = ({ attachments: { length } }: Message): string =>
  length ? ` · ${length} ${length === 1 ? 'attachment' : 'attachments'}` : ''
