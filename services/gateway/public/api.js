const TOKENS = 'skyhold.tokens'
const BASE = '/api/v1'

/** A refusal of the API, in its own words; `code` is what the page decides by. `maybeDone` means that nobody knows yet whether the call had its effect. */
export class ApiProblem extends Error {
  constructor(problem, { status = 0, maybeDone = false } = {}) {
    super(problem.detail ?? 'The server could not be reached. Check the connection and try again.')
    this.problem = problem
    this.title = problem.title
    this.code = problem.code
    this.status = status
    this.maybeDone = maybeDone
  }
}

let tokens = JSON.parse(sessionStorage.getItem(TOKENS) ?? 'null')

export const isSignedIn = () => tokens !== null
export const mine = () => tokens?.user ?? null

function keep(next) {
  tokens = next
  if (next) sessionStorage.setItem(TOKENS, JSON.stringify(next))
  else sessionStorage.removeItem(TOKENS)
}

/** Keys of what the person is about to do. The same intent keeps its key until it is settled, so that pressing again after a lost answer does it once. */
const intents = new Map()
function keyOf(path, body) {
  const text = `${path} ${JSON.stringify(body)}`
  if (!intents.has(text)) intents.set(text, crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`)
  return { text, key: intents.get(text) }
}

/**
 * Calls the API. `isIntent` marks what needs an Idempotency-Key. Answers `{ status, data, headers }`; throws ApiProblem.
 * An access token that has run out is renewed once, quietly.
 */
export async function call(method, path, { body, isIntent = false, isRetry = false } = {}) {
  const intent = isIntent ? keyOf(path, body) : null
  const headers = {
    ...(tokens ? { authorization: `Bearer ${tokens.accessToken}` } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(intent ? { 'idempotency-key': intent.key } : {}),
  }
  let response
  try {
    response = await fetch(BASE + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  } catch {
    throw new ApiProblem({ title: 'No answer' }, { maybeDone: isIntent })
  }
  if (response.status === 401 && tokens && !isRetry && (await renew())) return call(method, path, { body, isIntent, isRetry: true })
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  const data = isJson ? await response.json() : null
  // A final answer ends the intent: the next press of the button is a new one.
  const isFinal = response.status < 500 && response.status !== 429 && !response.headers.has('retry-after')
  if (intent && isFinal) intents.delete(intent.text)
  if (response.ok) return { status: response.status, data, headers: response.headers }
  if (response.status === 401 && tokens) keep(null)
  throw new ApiProblem(data ?? { title: 'No usable answer', detail: 'The server gave no usable answer. Try again in a moment.' }, {
    status: response.status,
    maybeDone: isIntent && response.status >= 500,
  })
}

export const get = async (path) => (await call('GET', path)).data

async function renew() {
  try {
    const response = await fetch(`${BASE}/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: tokens.refreshToken }),
    })
    if (!response.ok) return false
    keep({ ...(await response.json()), user: tokens.user })
    return true
  } catch {
    // Without an answer the old tokens stay; the call that wanted new ones says what is wrong.
    return false
  }
}

export async function signIn(email, password) {
  keep(null)
  keep((await call('POST', '/auth/login', { body: { email, password } })).data)
  keep({ ...tokens, user: await get('/me') })
}

export async function register(person) {
  keep(null)
  await call('POST', '/auth/register', { body: person })
  await signIn(person.email, person.password)
}

/** An account for a look around, made up on the spot. The tickets go to whatever e-mail address the booking names. */
export function registerGuest() {
  const random = () => crypto.getRandomValues(new Uint32Array(2)).join('')
  return register({
    email: `guest-${random()}@guest.example`,
    password: `look-around-${random()}`,
    givenNames: 'Guest',
    familyName: 'Traveller',
  })
}

export async function signOut() {
  const { refreshToken } = tokens ?? {}
  if (refreshToken) await call('POST', '/auth/logout', { body: { refreshToken } })
  keep(null)
}
