import type { Jobs } from '@skyhold/platform'
import type { MailSender } from '../services/mail-sender.ts'

const SEND_MAIL = 'send-mail'

/** Finds what nobody was nudged for: mail of a replica that died, long waits that are over. Every replica does it; the claims keep them apart. */
export function addSendMail(jobs: Jobs, sender: Pick<MailSender, 'nudge'>): void {
  jobs.every(SEND_MAIL, { seconds: 5 }, async () => sender.nudge())
}
