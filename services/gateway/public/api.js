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

/** Who is signed in. The session itself is in a cookie that no script can read; `csrfToken` shows with every change that it is this page that asks. */
let session = null

export const isSignedIn = () => session !== null
export const mine = () => session?.user ?? null

/** Finds out whether the browser still has a session, when the page opens. */
export async function restoreSession() {
  session = await openSession()
}

async function openSession() {
  const { csrfToken } = await get('/auth/csrf')
  if (!csrfToken) return null
  try {
    return { csrfToken, user: await get('/me') }
  } catch (error) {
    if (error.status === 401) return null
    throw error
  }
}

/** The token of the one booking that was found by its reference; null while there is none. It is gone with the page, and an hour later. */
let bookingToken = null
export const openWith = (token) => (bookingToken = token)
const isOfBooking = (path) => /^\/(?:bookings|payments)\/(?!lookup)/.test(path)

/** Keys of what the person is about to do. The same intent keeps its key until it is settled, so that pressing again after a lost answer does it once. */
const intents = new Map()
function keyOf(path, body) {
  const text = `${path} ${JSON.stringify(body)}`
  if (!intents.has(text)) intents.set(text, crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`)
  return { text, key: intents.get(text) }
}

/**
 * Calls the API. `isIntent` marks what needs an Idempotency-Key. Answers `{ status, data, headers }`; throws ApiProblem.
 * A CSRF token that has grown too old is renewed once, quietly.
 */
export async function call(method, path, { body, headers: more = {}, isIntent = false, isRetry = false } = {}) {
  const intent = isIntent ? keyOf(path, body) : null
  const ofBooking = bookingToken !== null && isOfBooking(path)
  const headers = {
    ...more,
    ...(ofBooking ? { authorization: `Bearer ${bookingToken}` } : {}),
    ...(session && method !== 'GET' ? { 'x-csrf-token': session.csrfToken } : {}),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(intent ? { 'idempotency-key': intent.key } : {}),
  }
  let response
  try {
    response = await fetch(BASE + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  } catch {
    throw new ApiProblem({ title: 'No answer' }, { maybeDone: isIntent })
  }
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  const data = isJson ? await response.json() : null
  // A final answer ends the intent: the next press of the button is a new one.
  const isFinal = response.status < 500 && response.status !== 429 && !response.headers.has('retry-after')
  if (intent && isFinal) intents.delete(intent.text)
  if (response.ok) return { status: response.status, data, headers: response.headers }
  if (data?.code === 'csrf_failed' && session && !isRetry) {
    await renewCsrfToken()
    return call(method, path, { body, headers: more, isIntent, isRetry: true })
  }
  if (response.status === 401 && ofBooking) bookingToken = null
  else if (response.status === 401) session = null
  throw new ApiProblem(data ?? { title: 'No usable answer', detail: 'The server gave no usable answer. Try again in a moment.' }, {
    status: response.status,
    maybeDone: isIntent && response.status >= 500,
  })
}

export const get = async (path) => (await call('GET', path)).data

/** Another tab may have signed in as somebody else meanwhile: what this page was about to do was meant for the one whom it shows. */
async function renewCsrfToken() {
  const before = session.user.id
  session = await openSession()
  if (session?.user.id !== before)
    throw new ApiProblem({
      title: 'You are not signed in as before',
      detail: 'The session has been changed in another tab. Reload the page to go on.',
    })
}

/** `code` is that of a second factor, where the account has one. */
export async function signIn(email, password, code) {
  session = null
  const { csrfToken } = (await call('POST', '/auth/cookie-session', { body: { email, password, ...(code ? { code } : {}) } })).data
  session = { csrfToken, user: await get('/me') }
}

export async function register(person) {
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
  await call('DELETE', '/auth/cookie-session')
  session = null
}
