import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadSettings } from '@skyhold/platform/settings'
import { startStack, type Stack } from '@skyhold/stack'
import { tempDir } from '@skyhold/testkit/temp-dir'
import { breakableStack } from './breakable-stack.ts'
import { Links } from './links.ts'
import type { System } from './system.ts'

const WEAKENED = fileURLToPath(new URL('../../../../services/bookings/test/support/weakened-server.ts', import.meta.url))

/** Short times, so that whatever takes time in real life happens within the minutes of a run: holds lapse, recovery begins, a bank's page is abandoned. */
const SETTINGS_OF_THE_RUN = {
  RATE_LIMIT_PER_MINUTE: '0',
  HOLD_TTL_SECONDS: '12',
  HOLD_LIFE_MAX_SECONDS: '30',
  PAYMENT_ANSWER_MS: '1500',
  PAYMENT_TIMEOUT_MS: '4000',
  PIN_MAX_SECONDS: '25',
  RECOVERY_EVERY_SECONDS: '1',
  EXPIRY_EVERY_SECONDS: '2',
  SIM_SLOW_MS: '2500',
  LOG_LEVEL: 'info',
}

/** By the name of the option. */
export const DATABASES = { mariadb: 'MariaDB', mysql: 'MySQL 9' } as const

export interface OwnStackOptions {
  /** Proxies on the links, and faults. */
  breaks: boolean
  /** Guards that the bookings processes do without. */
  without: readonly string[]
  database: keyof typeof DATABASES
  signal?: AbortSignal
  onNotice?: (sentence: string) => void
}

/** A stack of its own in a folder of its own, which is gone after the run. */
export async function startOwnStack({ breaks, without, database, signal, onNotice }: OwnStackOptions): Promise<System> {
  const folder = tempDir('verify')
  const links = new Links()
  const stack = await startStack({
    folder,
    database,
    replicas: { bookings: 2 },
    env: { ...SETTINGS_OF_THE_RUN },
    prepare: async (program) => {
      if (program.name === 'bookings' && without.length) program.args = [WEAKENED, ...without]
      if (breaks) await links.lay(program)
    },
    ...(signal ? { signal } : {}),
    ...(onNotice ? { onNotice } : {}),
  })
  try {
    return await systemOf(stack, links, { folder, breaks, database })
  } catch (error) {
    await stack.stop()
    throw error
  }
}

async function systemOf(
  stack: Stack,
  links: Links,
  { folder, breaks, database }: { folder: string } & Pick<OwnStackOptions, 'breaks' | 'database'>,
): Promise<System> {
  const settings = loadSettings(['ADMIN_EMAIL', 'ADMIN_PASSWORD', 'HOLDS_PER_USER_MAX'], {})
  return {
    title: `a stack of its own: ${DATABASES[database]}, RabbitMQ, two replicas of bookings`,
    baseUrl: breaks ? await links.toGateway(stack.baseUrl) : stack.baseUrl,
    admin: { email: settings.ADMIN_EMAIL, password: settings.ADMIN_PASSWORD },
    simulatorUrl: stack.places['simulator-1'] ?? null,
    mailboxUrl: stack.places['mailbox-1'] ?? null,
    places: stack.places,
    logFolder: path.join(folder, 'logs'),
    isPrivate: true,
    holdsPerUserMax: settings.HOLDS_PER_USER_MAX,
    breakable: breaks ? breakableStack(stack, links) : null,
    async close() {
      await stack.stop()
      await links.close()
    },
  }
}
