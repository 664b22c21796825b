import { QUEUES } from '@skyhold/contracts'
import { consumeOnce, type Database, type Handler } from '@skyhold/platform'
import type { MailSender } from '../services/mail-sender.ts'
import { queueMails, type QueueMailsDeps } from '../services/queue-mails.ts'

export interface MailEventsDeps extends QueueMailsDeps {
  db: Database
  sender: Pick<MailSender, 'nudge'>
  /** The inbox. Only tests put something else here, to see what happens without it. */
  once?: typeof consumeOnce
}

/** Every fact that people are told of: queued in the transaction that remembers the event, sent after it. */
export const onMailEvents =
  ({ db, sender, once = consumeOnce, ...deps }: MailEventsDeps): Handler =>
  async ({ event }) => {
    const outcome = await once({
      db,
      consumer: QUEUES.notificationsMail.name,
      event,
      effect: async (tx) => {
        await queueMails(event, { nowMs: await db.now(tx), tx }, deps)
      },
    })
    if (outcome === 'applied') sender.nudge()
  }
