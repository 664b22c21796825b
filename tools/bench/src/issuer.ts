import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** Issuer of every token here, and PUBLIC_URL of every program under measurement. */
export const ISSUER = 'http://bench.skyhold.example'
const KEY_ID = 'bench'
const TOKEN_SECONDS = 600

/** Stands in for identity: signs tokens for as many users as a measurement wants, without hashing as many passwords. */
export interface Issuer {
  url: string
  tokenOf(userId: string): string
  close(): Promise<void>
}

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'EdDSA', use: 'sig' }] })
  const server = createServer((request, response) => {
    const body = request.url?.startsWith('/internal/') ? JSON.stringify({ data: [], now: Date.now() }) : keys
    response.setHeader('content-type', 'application/json').end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The issuer has no port.')
  const header = encode({ alg: 'EdDSA', typ: 'at+jwt', kid: KEY_ID })

  return {
    url: `http://127.0.0.1:${address.port}`,
    tokenOf(userId) {
      const iat = Math.floor(Date.now() / 1000)
      const times = { iat, exp: iat + TOKEN_SECONDS }
      const claims = {
        iss: ISSUER,
        aud: 'skyhold-api',
        sub: userId,
        sid: `ses_${userId}`,
        roles: ['customer'],
        operator: 'default',
        ...times,
      }
      const signed = `${header}.${encode(claims)}`
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
