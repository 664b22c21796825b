import { createTokenVerifier } from '@skyhold/platform'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { signAccessToken } from '../../src/domain/access-token.ts'

const NOW_MS = Date.UTC(2026, 10, 23, 9, 30, 0, 500)
const user = { id: 'usr_1', operatorId: 'opr_1', roles: ['customer', 'agent'] as const }

async function signed() {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const token = await signAccessToken(
    {
      user: { ...user, roles: [...user.roles] },
      session: { id: 'ses_1', amr: ['pwd', 'otp'] },
      issuer: 'https://skyhold.test',
      issuedAtMs: NOW_MS,
    },
    { kid: 'key-1', privateKey },
  )
  return { token, jwk: { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'EdDSA' } }
}

test('an access token — signed — has exactly the header and the claims of the contract', async () => {
  const { token } = await signed()
  const issuedAt = Math.floor(NOW_MS / 1000)
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1' })
  expect(decodeJwt(token)).toEqual({
    iss: 'https://skyhold.test',
    aud: 'skyhold-api',
    sub: 'usr_1',
    sid: 'ses_1',
    roles: ['customer', 'agent'],
    operator: 'opr_1',
    amr: ['pwd', 'otp'],
    iat: issuedAt,
    exp: issuedAt + 600,
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
})

test('an access token — read by the verifier of the services — names its caller, until it expires', async () => {
  const { token, jwk } = await signed()
  const at = (nowMs: number) => createTokenVerifier({ issuer: 'https://skyhold.test', keys: { keys: [jwk] }, now: () => nowMs })
  expect(await at(NOW_MS + 1_000).verify(token)).toEqual({
    userId: 'usr_1',
    sessionId: 'ses_1',
    roles: ['customer', 'agent'],
    operatorId: 'opr_1',
  })
  await expect(at(NOW_MS + 606_000).verify(token)).rejects.toMatchObject({ code: 'invalid_token' })
})
