import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

/** As long as identity says that its list may be kept (`max-age`): so long a key that it has retired may be believed here. */
const KEPT_MS = 60_000
/** An unknown `kid` asks again, at most so often, so that forged ones cannot make us hammer identity. */
const UNKNOWN_PAUSE_MS = 5_000
/** Short: everybody who has just signed in waits for it to be over. */
const FAILED_PAUSE_MS = 1_000
const TIMEOUT_MS = 3_000

/** There are no keys, or none that are new enough to know this one. */
export class KeysUnreachable extends Error {}

export interface PublicKeys {
  get: JWTVerifyGetKey
  /** Sees to it that the list is not older than it may be. While identity is away the last one stays: its tokens are good, and there are no newer ones. */
  refresh(): Promise<void>
}

export interface PublicKeysOptions {
  /** Of identity's replicas, tried in order. */
  urls: readonly URL[]
  now: () => number
  /** The keys are not those of before. */
  onChange: () => void
}

interface KeyList {
  find: JWTVerifyGetKey
  kids: string
  readAtMs: number
}

/** The keys that identity publishes. */
export function createPublicKeys({ urls, now, onChange }: PublicKeysOptions): PublicKeys {
  if (urls.length === 0) throw new Error('a token verifier needs to know where the keys are')
  let list: KeyList | undefined
  let failed: { error: unknown; atMs: number } | undefined
  let reading: Promise<KeyList> | undefined

  async function read(): Promise<KeyList> {
    try {
      const { find, kids } = await fetchFirst(urls)
      const isChanged = list !== undefined && list.kids !== kids
      list = { find, kids, readAtMs: now() }
      failed = undefined
      if (isChanged) onChange()
      return list
    } catch (error) {
      failed = { error, atMs: now() }
      throw error
    }
  }
  /** One question for all who wait. Without a pause after a failure every forged `kid` would ask an identity that is coming up again. */
  async function readAgain(): Promise<KeyList> {
    if (failed && isWithin(FAILED_PAUSE_MS, failed.atMs)) throw failed.error
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }
  /** A clock that was set back must not keep a list for longer. */
  const isWithin = (ms: number, sinceMs: number): boolean => now() >= sinceMs && now() < sinceMs + ms

  return {
    async refresh() {
      if (!list || isWithin(KEPT_MS, list.readAtMs)) return
      // Nobody waits for an identity that has just been found away; the next second's question goes on beside.
      const isAway = failed !== undefined && isWithin(KEPT_MS, failed.atMs)
      const again = readAgain().catch(keepLast)
      if (!isAway) await again
    },
    async get(header, token) {
      list ??= await readAgain()
      try {
        return await list.find(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || isWithin(UNKNOWN_PAUSE_MS, list.readAtMs)) throw error
        return (await readAgain()).find(header, token)
      }
    },
  }
}

/** It is remembered as `failed`: whoever needs a key that is not there hears of it. */
const keepLast = (): void => undefined

/** The first replica that answers: keys must be had as long as one of them is up. */
async function fetchFirst(urls: readonly URL[]): Promise<Omit<KeyList, 'readAtMs'>> {
  const failures: unknown[] = []
  for (const url of urls) {
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (response.ok) return listOf(await response.json())
      failures.push(new Error(`${url.href} answered ${response.status}`))
      await response.body?.cancel()
    } catch (error) {
      failures.push(error)
    }
  }
  throw new KeysUnreachable('no replica of identity gives its keys', { cause: failures })
}

/** Throws for what is no list of keys. */
function listOf(answer: unknown): Omit<KeyList, 'readAtMs'> {
  const set = answer as JSONWebKeySet // Looked at by the library, which throws.
  const find = createLocalJWKSet(set)
  return { find, kids: set.keys.map(({ kid }) => kid).join() }
}
