import type { Database, Logger, Outbox } from '@skyhold/platform'
import type { AuditRepository } from '../repositories/audit.ts'
import type { FirstAccountRepository } from '../repositories/first-account.ts'
import type { MailCountRepository } from '../repositories/mail-count.ts'
import type { MailLinkRepository } from '../repositories/mail-link.ts'
import type { RefreshTokenRepository } from '../repositories/refresh-token.ts'
import type { SecondFactorRepository } from '../repositories/second-factor.ts'
import type { SessionRepository } from '../repositories/session.ts'
import type { UserRepository } from '../repositories/user.ts'
import type { Afterwards } from './afterwards.ts'
import type { KeyRing } from './key-ring.ts'
import type { LoginLimit } from './login-limit.ts'
import type { PasswordHasher } from './password-hasher.ts'

/** What the use cases of identity work with. */
export interface IdentityDeps {
  db: Database
  outbox: Outbox
  users: UserRepository
  sessions: SessionRepository
  refreshTokens: RefreshTokenRepository
  secondFactors: SecondFactorRepository
  audit: AuditRepository
  links: MailLinkRepository
  mailCounts: MailCountRepository
  firstAccounts: FirstAccountRepository
  keys: KeyRing
  hasher: PasswordHasher
  loginLimit: LoginLimit
  afterwards: Afterwards
  logger: Logger
  /** `iss` of the tokens: PUBLIC_URL. */
  issuer: string
  /** KEY_ENCRYPTION_SECRET. */
  keySecret: string
  cursorSecret: string
  /** SECOND_FACTOR_REQUIRED: agents and administrators without one are customers only. */
  isSecondFactorRequired: boolean
  /** The clock of this process, in milliseconds since 1970: for what other processes compare with theirs, such as `exp`. */
  now: () => number
}
