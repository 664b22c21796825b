import { setTimeout as pause } from 'node:timers/promises'
import { createLogger, type Database, databaseUrlOf, environmentWithDotEnv, openDatabase } from '@skyhold/platform'
import { identitySettings } from '../src/config.ts'
import { SigningKeyRepository } from '../src/repositories/signing-key.ts'
import { PUBLISHED_BEFORE_SIGNING_MS, rotateKeys } from '../src/services/rotate-keys.ts'

const USAGE = `npm run keys -- rotate   a new key signs the access tokens; takes ${Math.ceil(PUBLISHED_BEFORE_SIGNING_MS / 1000)} seconds and may be broken off and run again
npm run keys -- list     the keys and what they are for

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

async function run(command: string, db: Database): Promise<void> {
  const keys = new SigningKeyRepository(db)
  if (command === 'rotate') await rotateKeys({ db, keys, secret: settings.KEY_ENCRYPTION_SECRET, logger, pause })
  await list(keys)
}

const [command = ''] = process.argv.slice(2)
if (!['rotate', 'list'].includes(command)) {
  process.stderr.write(`${USAGE}\n`)
  process.exitCode = 2
} else {
  const db = openDatabase({ url: databaseUrlOf('identity', settings), logger })
  try {
    await db.connect()
    await run(command, db)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  } finally {
    await db.close()
  }
}
