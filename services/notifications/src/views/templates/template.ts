import {
  DEFAULT_OPERATOR_ID,
  type BookingFacts,
  type EventData,
  type EventEnvelope,
  type EventType,
  type NotificationTemplate,
} from '@skyhold/contracts'
import { oneLine } from '../text.ts'
import { page, textPage } from '../layout.ts'
import type { Attachment, Letter, Mail, MailContext } from '../mail.ts'

/** Whom an e-mail is for and what it is about. */
export interface Addressee {
  to: string
  ownerId: string
  operatorId: string
  bookingId: string | null
  reference: string | null
}

export interface TemplateParts<T extends EventType> {
  name: NotificationTemplate
  event: T
  /** Which facts of the type it tells; all of them when left out. */
  isFor?: (event: EventEnvelope<T>) => boolean
  /** Not to be sent before; at once when left out. Milliseconds since 1970. */
  dueAtMs?: (event: EventEnvelope<T>) => number
  /** From then on it is untrue by itself, without any newer fact. */
  validUntilMs?: (event: EventEnvelope<T>) => number
  /**
   * Newer facts of the same booking that make this e-mail untrue: once one is known here, an e-mail that is not on its way yet is never sent.
   * An e-mail about something that stays true whatever becomes of the booking, such as a refund, lists none.
   */
  supersededBy: readonly NotificationTemplate[]
  /** Facts about the same thing that nobody is told of by an e-mail, and that make this one untrue in the same way. */
  undoneBy?: readonly EventType[]
  addressee: (data: EventData<T>) => Addressee
  subject: (data: EventData<T>) => string
  letter: (event: EventEnvelope<T>, context: MailContext) => Letter | Promise<Letter>
  attachments?: (event: EventEnvelope<T>, context: MailContext) => Promise<Attachment[]>
}

/** A template that takes whatever event comes and refuses the ones that are not its own. */
export interface Template {
  name: NotificationTemplate
  event: EventType
  isFor: (event: EventEnvelope) => boolean
  dueAtMs: (event: EventEnvelope) => number
  validUntilMs: (event: EventEnvelope) => number
  supersededBy: readonly NotificationTemplate[]
  undoneBy: readonly EventType[]
  addressee: (event: EventEnvelope) => Addressee
  subject: (event: EventEnvelope) => string
  render: (event: EventEnvelope, context: MailContext) => Promise<Mail>
}

export function defineTemplate<T extends EventType>(parts: TemplateParts<T>): Template {
  const own = (event: EventEnvelope): EventEnvelope<T> => {
    if (event.type !== parts.event) throw new Error(`template ${parts.name} is for ${parts.event}, not for ${event.type}`)
    return event as EventEnvelope<T>
  }
  const subject = (event: EventEnvelope) => oneLine(parts.subject(own(event).data))
  return {
    name: parts.name,
    event: parts.event,
    isFor: (event) => event.type === parts.event && (parts.isFor?.(own(event)) ?? true),
    dueAtMs: (event) => parts.dueAtMs?.(own(event)) ?? 0,
    validUntilMs: (event) => parts.validUntilMs?.(own(event)) ?? Number.POSITIVE_INFINITY,
    supersededBy: parts.supersededBy,
    undoneBy: parts.undoneBy ?? [],
    subject,
    addressee: (event) => parts.addressee(own(event).data),
    render: async (event, context) => {
      const letter = await parts.letter(own(event), context)
      const attachments = (await parts.attachments?.(own(event), context)) ?? []
      return { subject: subject(event), html: page(letter, context), text: textPage(letter, context), attachments }
    },
  }
}

export const bookingAddressee = ({ contact, ownerId, operatorId, bookingId, reference }: BookingFacts): Addressee => ({
  to: contact.email,
  ownerId,
  operatorId,
  bookingId,
  reference,
})

/** For what concerns an account and no booking. */
export const accountAddressee = ({ email, userId }: { email: string; userId: string }): Addressee => ({
  to: email,
  ownerId: userId,
  operatorId: DEFAULT_OPERATOR_ID,
  bookingId: null,
  reference: null,
})

/** For facts about money, which do not name the operator: there is one. */
export const moneyAddressee = ({
  contact,
  ownerId,
  bookingId,
  reference,
}: EventData<'payment.returned' | 'refund.succeeded'>): Addressee => ({
  to: contact.email,
  ownerId,
  operatorId: DEFAULT_OPERATOR_ID,
  bookingId,
  reference,
})
