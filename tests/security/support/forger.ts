import { TOKEN_AUDIENCE, TOKEN_TYPE, unseal } from '@skyhold/platform'
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { signingKeySealer } from '../../../services/identity/src/services/make-signing-key.ts'
import { withIdentityDatabase } from './identity-database.ts'
import { SECRETS, type Skyhold } from './skyhold.ts'

export interface Forgery {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  key?: CryptoKey | Uint8Array
}

/** Makes tokens with the installation's own signing key, so that each forgery differs from a good token in one thing alone. */
export class Forger {
  readonly kid: string
  readonly #privateKey: CryptoKey
  readonly #good: Record<string, unknown>
  readonly #own: OwnKey

  private constructor({ kid, privateKey, good, own }: { kid: string; privateKey: CryptoKey; good: Record<string, unknown>; own: OwnKey }) {
    this.kid = kid
    this.#privateKey = privateKey
    this.#good = good
    this.#own = own
  }

  /** The public half of the forger's own key: whoever believed a key that a token brings or points to would believe him. */
  get ownJwk(): JWK {
    return this.#own.publicJwk
  }

  /** Takes the key out of identity's database and opens it with the secret that it is sealed under. */
  static breakIn(skyhold: Skyhold, accessToken: string): Promise<Forger> {
    return withIdentityDatabase(skyhold, async (db) => {
      const [row] = await db.rows<{ kid: string; sealed: string }>(
        'SELECT kid, private_sealed AS sealed FROM signing_keys WHERE active_slot = 1',
      )
      if (!row) throw new Error('identity has no key that signs')
      const jwk = JSON.parse(unseal(signingKeySealer(SECRETS.KEY_ENCRYPTION_SECRET), row.sealed, row.kid)) as JWK
      const privateKey = (await importJWK(jwk, 'EdDSA')) as CryptoKey
      return new Forger({ kid: row.kid, privateKey, good: decodeJwt(accessToken), own: await makeOwnKey() })
    })
  }

  /** The token of the person whose token was shown, signed now, but for what is told. */
  token({ claims = {}, header = {}, key = this.#privateKey }: Forgery = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({ ...this.#good, aud: TOKEN_AUDIENCE, iat: now, exp: now + 600, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', typ: TOKEN_TYPE, kid: this.kid, ...header })
      .sign(key)
  }

  /** Signed by the forger's own key. */
  ofOwnKey({ header = {} }: Forgery = {}): Promise<string> {
    return this.token({ key: this.#own.privateKey, header })
  }

  async unsigned(alg: string): Promise<string> {
    const [, payload] = (await this.token()).split('.')
    return `${encoded({ alg, typ: TOKEN_TYPE, kid: this.kid })}.${payload}.`
  }

  /** Rightly signed, with an extension that a reader must refuse when he does not know it (RFC 7515 §4.1.11). Signed by hand, because no library signs it. */
  async withExtension(name: string): Promise<string> {
    const [, payload] = (await this.token()).split('.')
    const text = `${encoded({ alg: 'EdDSA', typ: TOKEN_TYPE, kid: this.kid, crit: [name], [name]: true })}.${payload}`
    const signature = await crypto.subtle.sign('Ed25519', this.#privateKey, Buffer.from(text))
    return `${text}.${Buffer.from(signature).toString('base64url')}`
  }

  /** The signature of one payload under another. */
  async withOtherClaims(claims: Record<string, unknown>): Promise<string> {
    const [header, payload = '', signature] = (await this.token()).split('.')
    const changed = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), ...claims }
    return `${header}.${encoded(changed)}.${signature}`
  }
}

/** The name that the forger gives his own key. */
export const OWN_KID = 'key-of-mine'

interface OwnKey {
  publicJwk: JWK
  privateKey: CryptoKey
}

async function makeOwnKey(): Promise<OwnKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
  return { publicJwk: { ...(await exportJWK(publicKey)), kid: OWN_KID, alg: 'EdDSA', use: 'sig' }, privateKey }
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
