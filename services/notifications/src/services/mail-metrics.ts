import { Counter, Histogram, type Registry } from 'prom-client'

/** What became of the e-mails, for dashboards and alarms. */
export class MailMetrics {
  readonly #mails: Counter<'template' | 'outcome'>
  readonly #seconds: Histogram<'template'>

  constructor(registry: Registry) {
    const registers = [registry]
    this.#mails = new Counter({
      name: 'mails_total',
      help: 'Tries to send an e-mail by outcome.',
      labelNames: ['template', 'outcome'],
      registers,
    })
    this.#seconds = new Histogram({
      name: 'mail_delay_seconds',
      help: 'From the queue until a mail server had it.',
      labelNames: ['template'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200],
      registers,
    })
  }

  sent(template: string, delayMs: number): void {
    this.#mails.inc({ template, outcome: 'sent' })
    this.#seconds.observe({ template }, delayMs / 1000)
  }

  refused(template: string, outcome: 'permanent' | 'temporary' | 'unreachable'): void {
    this.#mails.inc({ template, outcome })
  }

  superseded(template: string): void {
    this.#mails.inc({ template, outcome: 'superseded' })
  }
}
