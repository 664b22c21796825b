import { request } from 'undici'

const PATIENCE_MS = 2_000
/** Anyone may ask the gateway whether it is ready; the services are asked once a second at most for all of them. */
const REMEMBERED_MS = 1_000

/** Whether at least one replica of a service says that it is ready. */
export function createReadiness(urls: readonly string[]): () => Promise<boolean> {
  let last: { atMs: number; isReady: Promise<boolean> } | undefined
  return () => {
    if (!last || Date.now() - last.atMs > REMEMBERED_MS) last = { atMs: Date.now(), isReady: ask(urls) }
    return last.isReady
  }
}

async function ask(urls: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(urls.map(isReady))
  return answers.includes(true)
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`${url}/health/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) })
    await body.dump()
    return statusCode === 200
  } catch {
    // Away is one way of not being ready, and the answer says so.
    return false
  }
}
