import { randomUUID } from 'node:crypto'
import { ACCESS_TOKEN_SECONDS, TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_TYPE } from '@skyhold/platform'
import { SignJWT, type CryptoKey } from 'jose'
import type { UserAccount } from './user.ts'

export interface SigningKey {
  kid: string
  privateKey: CryptoKey
}

export interface TokenSubject {
  user: Pick<UserAccount, 'id' | 'roles' | 'operatorId'>
  sessionId: string
  issuer: string
  /** The clock of this process, because the services that verify the token compare it with theirs. */
  issuedAtMs: number
}

/** An access token as the contract has it: EdDSA, `typ` at+jwt (RFC 9068), ten minutes. */
export function signAccessToken({ user, sessionId, issuer, issuedAtMs }: TokenSubject, key: SigningKey): Promise<string> {
  const issuedAt = Math.floor(issuedAtMs / 1000)
  return new SignJWT({ sid: sessionId, roles: user.roles, operator: user.operatorId })
    .setProtectedHeader({ alg: TOKEN_ALGORITHM, typ: TOKEN_TYPE, kid: key.kid })
    .setIssuer(issuer)
    .setAudience(TOKEN_AUDIENCE)
    .setSubject(user.id)
    .setJti(randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
    .sign(key.privateKey)
}
