import { setTimeout as pause } from 'node:timers/promises'
import { createLogger, type Database, databaseUrlOf, environmentWithDotEnv, openDatabase } from '@skyhold/platform'
import { identitySettings } from '../src/config.ts'
import { AuditRepository } from '../src/repositories/audit.ts'
import { SigningKeyRepository } from '../src/repositories/signing-key.ts'
import { PUBLISHED_BEFORE_SIGNING_MS, retireKeyByOperator, rotateKeys } from '../src/services/rotate-keys.ts'

const USAGE = `npm run keys -- rotate   a new key signs the access tokens; takes ${Math.ceil(PUBLISHED_BEFORE_SIGNING_MS / 1000)} seconds and may be broken off and run again
npm run keys -- list     the keys and what they are for
npm run keys -- retire <kid>   a key that somebody has stolen is believed no more, as soon as everybody has heard; not the one that signs: rotate first

With identity's DATABASE_URL (or DATA_DIR) and KEY_ENCRYPTION_SECRET, while identity runs or not.`

const settings = identitySettings(environmentWithDotEnv())
const logger = createLogger({ service: 'keys', level: settings.LOG_LEVEL })

async function list(keys: SigningKeyRepository): Promise<void> {
  const date = (ms: number | null) => (ms === null ? '-' : new Date(ms).toISOString())
  for (const { kid, status, createdAtMs, activatedAtMs, retiredAtMs } of await keys.listStates())
    process.stdout.write(
      `${kid}  ${status.padEnd(7)}  made ${date(createdAtMs)}  active ${date(activatedAtMs)}  retired ${date(retiredAtMs)}\n`,
    )
}

async function run({ command, kid }: { command: string; kid: string }, db: Database): Promise<void> {
  const keys = new SigningKeyRepository(db)
  const deps = { db, keys, audit: new AuditRepository(db), logger }
  if (command === 'rotate') await rotateKeys({ ...deps, secret: settings.KEY_ENCRYPTION_SECRET, pause })
  if (command === 'retire') await retireKeyByOperator(kid, deps)
  await list(keys)
}

const [command = '', kid = ''] = process.argv.slice(2)
if (!['rotate', 'list', 'retire'].includes(command) || (command === 'retire' && kid === '')) {
  process.stderr.write(`${USAGE}\n`)
  process.exitCode = 2
} else {
  const db = openDatabase({ url: databaseUrlOf('identity', settings), logger })
  try {
    await db.connect()
    await run({ command, kid }, db)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  } finally {
    await db.close()
  }
}
