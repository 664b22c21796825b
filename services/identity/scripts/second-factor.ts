import { createLogger, databaseUrlOf, environmentWithDotEnv, openDatabase, Outbox } from '@skyhold/platform'
import { identitySettings } from '../src/config.ts'
import { AuditRepository } from '../src/repositories/audit.ts'
import { MailLinkRepository } from '../src/repositories/mail-link.ts'
import { SecondFactorRepository } from '../src/repositories/second-factor.ts'
import { SessionRepository } from '../src/repositories/session.ts'
import { UserRepository } from '../src/repositories/user.ts'
import { resetSecondFactorByOperator } from '../src/services/reset-second-factor.ts'

const USAGE = `npm run second-factor -- reset <e-mail>   takes a lost second factor off an account and ends its sessions

With identity's DATABASE_URL (or DATA_DIR), while identity runs or not. For when no other administrator can do it over HTTP.`

const [command = '', email = ''] = process.argv.slice(2)
if (command !== 'reset' || email === '') {
  process.stderr.write(`${USAGE}\n`)
  process.exitCode = 2
} else {
  const settings = identitySettings(environmentWithDotEnv())
  const logger = createLogger({ service: 'second-factor', level: settings.LOG_LEVEL })
  const db = openDatabase({ url: databaseUrlOf('identity', settings), logger })
  try {
    await db.connect()
    const isFound = await resetSecondFactorByOperator(email, {
      db,
      logger,
      users: new UserRepository(db),
      sessions: new SessionRepository(db),
      secondFactors: new SecondFactorRepository(db),
      links: new MailLinkRepository(db),
      audit: new AuditRepository(db),
      outbox: new Outbox(db, { producer: 'identity' }),
    })
    process.stdout.write(isFound ? `${email} has no second factor any more.\n` : `There is no account with the address ${email}.\n`)
    if (!isFound) process.exitCode = 1
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  } finally {
    await db.close()
  }
}
