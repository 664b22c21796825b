import * as fc from 'fast-check'
import { valuesOf } from './arbitraries.ts'
import type { Operation, Parameter } from './document.ts'
import { ENTRANCES, entranceKey } from './entrances.ts'
import { fitsHeader, HOSTILE_BODIES, HOSTILE_TEXTS } from './hostile.ts'
import type { Belongings } from './people.ts'

export const CALLERS = ['nobody', 'ada', 'eve', 'agent', 'admin', 'lookup', 'nonsense'] as const
export type Caller = (typeof CALLERS)[number]

/** One request of the fuzz, without the token of who sends it, which is fresh at each time. */
export interface Shot {
  caller: Caller
  path: string
  headers: Record<string, string>
  body: string | null
}

const hostile = () =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  )
const headerText = () => hostile().filter(fitsHeader)

/** Requests of one operation: good ones, and ones that are wrong in every part that a sender chooses. */
export function shotsOf(operation: Operation, belongings: Belongings): fc.Arbitrary<Shot> {
  return fc.record({
    caller: callersOf(operation),
    path: fc.tuple(pathsOf(operation, belongings), queriesOf(operation)).map(([path, query]) => path + query),
    headers: headersOf(operation),
    body: bodiesOf(operation, belongings),
  })
}

/** Mostly those who may, because the others get no further than the door. */
function callersOf({ roles }: Operation): fc.Arbitrary<Caller> {
  const mayCall = roles === null || roles.includes('customer') ? (['ada', 'eve', 'agent', 'admin'] as const) : (['agent', 'admin'] as const)
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...mayCall) }, { weight: 1, arbitrary: fc.constantFrom(...CALLERS) })
}

function pathsOf(operation: Operation, belongings: Belongings): fc.Arbitrary<string> {
  const schema = operation.parameters.find((each) => each.in === 'path')?.schema ?? { type: 'string' }
  const { of } = ENTRANCES[entranceKey(operation)] ?? {}
  const own = of === undefined || of === 'absent' ? 'none' : belongings[of]
  const id = fc.oneof(
    { weight: 5, arbitrary: fc.constant(own) },
    { weight: 2, arbitrary: fc.constantFrom(...Object.values(belongings)) },
    { weight: 2, arbitrary: valuesOf(schema).map(String) },
    { weight: 2, arbitrary: hostile() },
  )
  // An empty one would be another address; a raw percent is for the server to judge.
  return id.map((text) => operation.path.replace(/\{\w+\}/, inUrl(text || 'x')))
}

function queriesOf({ parameters }: Operation): fc.Arbitrary<string> {
  const declared = parameters.filter((each) => each.in === 'query')
  const pairs = fc.tuple(...declared.map(pairsOf)).map((lists) => lists.flat())
  const strange = fc.oneof(
    { weight: 8, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.tuple(hostile(), hostile()).map(([name, value]) => [`${inUrl(name)}=${inUrl(value)}`]) },
  )
  return fc.tuple(pairs, strange).map(([good, odd]) => {
    const all = [...good, ...odd]
    return all.length ? `?${all.join('&')}` : ''
  })
}

/** A parameter is there once, twice or not at all. */
function pairsOf({ name, required, schema }: Parameter): fc.Arbitrary<string[]> {
  const value = fc.oneof({ weight: 5, arbitrary: valuesOf(schema).map(String) }, { weight: 1, arbitrary: hostile() })
  const times = fc.oneof(
    { weight: 8, arbitrary: fc.constant(1) },
    { weight: required ? 1 : 5, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constant(2) },
  )
  return times
    .chain((count) => fc.array(value, { minLength: count, maxLength: count }))
    .map((values) => values.map((each) => `${name}=${inUrl(each)}`))
}

function headersOf({ method }: Operation): fc.Arbitrary<Record<string, string>> {
  const key = fc.oneof(
    { weight: 6, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: fc.constant('one-key-for-many') },
    { weight: 1, arbitrary: headerText() },
  )
  const members: Record<string, fc.Arbitrary<string>> = {
    'if-match': fc.oneof(fc.constantFrom('"1"', '"2"', '*', 'W/"1"', '1'), headerText()),
    'if-none-match': fc.oneof(fc.constantFrom('*', '"1"', 'W/"1"'), headerText()),
    'x-request-id': headerText(),
    traceparent: headerText(),
    'last-event-id': headerText(),
    accept: fc.oneof(fc.constantFrom('*/*', 'text/html', 'application/json;q=0'), headerText()),
    'accept-encoding': fc.constantFrom('gzip', 'br', 'identity;q=0, *;q=0', 'x'),
    'accept-language': headerText(),
    origin: fc.oneof(fc.constantFrom('null', 'http://evil.example'), headerText()),
    cookie: headerText(),
    range: fc.constantFrom('bytes=0-1', 'bytes=-1', 'x'),
    'content-encoding': fc.constantFrom('gzip', 'identity', 'x'),
    'x-forwarded-for': headerText(),
  }
  const rare = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: someOf(members, 3) })
  return fc
    .tuple(rare, fc.option(key, { freq: 8, nil: null }), fc.option(members['if-match'] ?? key, { nil: null }))
    .map(([odd, keyText, match]) => ({
      ...odd,
      ...(method === 'POST' && keyText !== null ? { 'idempotency-key': keyText } : {}),
      ...(method === 'PATCH' && match !== null ? { 'if-match': match } : {}),
    }))
}

function someOf(members: Record<string, fc.Arbitrary<string>>, most: number): fc.Arbitrary<Record<string, string>> {
  return fc
    .subarray(Object.keys(members), { minLength: 1, maxLength: most })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, members[name] ?? headerText()])), { noNullPrototype: true }))
}

function bodiesOf(operation: Operation, belongings: Belongings): fc.Arbitrary<string | null> {
  const raw = fc.constantFrom(...HOSTILE_BODIES)
  const { body } = ENTRANCES[entranceKey(operation)] ?? {}
  if (!operation.body) return fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: raw })
  const made = valuesOf(operation.body)
  const good = body ? fc.oneof(made, fc.constant(body(belongings))) : made
  return fc.oneof(
    { weight: 4, arbitrary: good.map((value) => JSON.stringify(value)) },
    {
      weight: 4,
      arbitrary: fc.tuple(good, fc.nat(), strangers()).map(([value, at, stranger]) => JSON.stringify(mangled(value, at, stranger))),
    },
    { weight: 1, arbitrary: raw },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
  )
}

/** What may stand where something else should. */
const strangers = (): fc.Arbitrary<unknown> =>
  fc.oneof(
    hostile(),
    fc.constantFrom<unknown>(null, true, 0, -0, -1, 0.5, 1e308, Number.MAX_SAFE_INTEGER + 2, [], {}, [[]], Array(50).fill(null), undefined),
    fc.jsonValue({ maxDepth: 2 }),
  )

/** The same value with one of its places, counted through from `at`, taken by a stranger; undefined takes the place away. */
function mangled(value: unknown, at: number, stranger: unknown): unknown {
  const places = placesIn(value)
  const chosen = places[at % places.length]
  const walk = (each: unknown, here: string): unknown => {
    if (here === chosen) return stranger
    if (Array.isArray(each)) return each.map((one, i) => walk(one, `${here}/${i}`))
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(
      Object.entries({ ...each, ...(chosen === `${here}/+` ? { stranger } : {}) }).map(([name, one]) => [
        name,
        walk(one, `${here}/${name}`),
      ]),
    )
  }
  return walk(value, '')
}

/** Every place of a value, and in each object one that is not there yet. */
function placesIn(value: unknown, here = ''): string[] {
  if (typeof value !== 'object' || value === null) return [here]
  const inside = Object.entries(value).flatMap(([name, each]) => placesIn(each, `${here}/${name}`))
  return [here, ...(Array.isArray(value) ? [] : [`${here}/+`]), ...inside]
}

/** Escaped, but for percents that are meant to be broken escapes. Half of a pair has no UTF-8 and becomes the sign for that. */
const inUrl = (text: string): string => (/^%\w*$/.test(text) ? text : encodeURIComponent(text.toWellFormed()))
