import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSettings } from '@skyhold/platform'
import { createTransport } from 'nodemailer'
import { onTestFinished } from 'vitest'
import { createMailbox, MAILBOX_SETTINGS } from '../../src/app.ts'
import type { Message } from '../../src/domain/message.ts'

export function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skyhold-mailbox-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A mailbox on free ports and a real SMTP client before it. */
export async function startMailbox(folder = tempDir()) {
  const settings = loadSettings(MAILBOX_SETTINGS, { DATA_DIR: folder, LOG_LEVEL: 'silent' })
  const service = createMailbox(settings, { port: 0, smtpPort: 0 })
  await service.listen()
  await service.started
  onTestFinished(() => service.close())
  const { url, smtpUrl } = service
  const transport = createTransport(smtpUrl)
  onTestFinished(() => transport.close())
  return {
    url,
    smtpUrl,
    transport,
    close: () => service.close(),
    messages: async (query = '') => (await (await fetch(`${url}/messages${query}`)).json()) as { data: Message[]; duplicates: number },
    control: async (change: Record<string, unknown>) => {
      const response = await fetch(`${url}/_control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(change),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
  }
}

export const MAIL = {
  from: '"Skyhold" <tickets@skyhold.example>',
  to: 'ann@example.test',
  subject: 'Your booking',
  text: 'Hello Ann',
}
