import { CreateBooking, CreateHold, PageQuery, Register, ROLES, UpdateMe } from '@skyhold/contracts'
import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleService } from '../support/sample-service.ts'

const service = sampleService()
const open = { config: { access: 'public' } } as const
const closed = { additionalProperties: false } as const
const Odd = Type.Object(
  {
    on: Type.Optional(Type.String({ format: 'date' })),
    seats: Type.Optional(Type.Array(Type.Integer({ minimum: 2 }), { uniqueItems: true, minItems: 2, maxItems: 3 })),
    roles: Type.Optional(Type.Array(Type.Enum(ROLES))),
    sure: Type.Optional(Type.Literal(true)),
    code: Type.Optional(Type.String({ pattern: '^never said before$' })),
  },
  closed,
)
const BODIES = { register: Register, hold: CreateHold, booking: CreateBooking, me: UpdateMe, odd: Odd }
for (const [name, body] of Object.entries(BODIES)) service.http.post(`/${name}`, { ...open, schema: { body } }, async () => 'taken')
const query = Type.Object({ ...PageQuery, from: Type.String() }, closed)
const params = Type.Object({ id: Type.String({ maxLength: 3 }) }, closed)
service.http.get('/things/:id', { ...open, schema: { querystring: query, params } }, async () => 'taken')

beforeAll(async () => {
  await service.listen()
  await service.started
})
afterAll(() => service.close())

interface Answer {
  status: number
  code: string
  detail: string
  errors: { pointer: string; code: string; message: string }[]
}

async function post(name: keyof typeof BODIES, body: unknown): Promise<Answer> {
  const answer = await service.http.inject({
    method: 'POST',
    url: `/${name}`,
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  })
  return answer.json<Answer>()
}

const asha = { email: 'asha@example.com', password: 'seven quiet rivers', givenNames: 'Asha', familyName: 'Rao' }
const hold = (seats: unknown) => ({ flights: [{ flightId: 'flt_1', fare: 'ECOFLEX', seats }] })
const booking = (givenNames: string) => ({
  holdId: 'hld_1',
  passengers: [
    { ...asha, type: 'adult' },
    { givenNames, familyName: 'Rao', type: 'adult' },
  ].map(({ givenNames: given, familyName, type }) => ({
    givenNames: given,
    familyName,
    type,
  })),
  contact: { email: 'asha@example.com' },
})

test.each([
  ['a member that is missing', 'register', { ...asha, password: undefined }, '/password', 'required', '"password" is missing.'],
  [
    'a member that nobody asked for',
    'register',
    { ...asha, roles: [] },
    '/roles',
    'additionalProperties',
    '"roles" is not a member that this call takes.',
  ],
  [
    'a text that is too short',
    'register',
    { ...asha, password: 'short' },
    '/password',
    'minLength',
    '"password" has to have at least 8 characters.',
  ],
  [
    'a text that is too long',
    'register',
    { ...asha, password: 'x'.repeat(129) },
    '/password',
    'maxLength',
    '"password" may have 128 characters at most.',
  ],
  ['no name at all', 'register', { ...asha, givenNames: '' }, '/givenNames', 'minLength', '"givenNames" must not be empty.'],
  [
    'an address that is none',
    'register',
    { ...asha, email: 'asha' },
    '/email',
    'pattern',
    '"email" has to be an e-mail address such as asha@example.com.',
  ],
  [
    'a name of digits, deep in the body',
    'booking',
    booking('2D2'),
    '/passengers/1/givenNames',
    'pattern',
    '"passengers[1].givenNames" has to be a name: letters of any script, blanks, apostrophes, hyphens and full stops, with a letter first.',
  ],
  [
    'neither seat nor null',
    'hold',
    hold(['99']),
    '/flights/0/seats/0',
    'pattern',
    '"flights[0].seats[0]" has to be a seat such as 12A, or null.',
  ],
  ['a number for a seat', 'hold', hold([12]), '/flights/0/seats/0', 'type', '"flights[0].seats[0]" has to be text, or null.'],
  ['no seats', 'hold', hold([]), '/flights/0/seats', 'minItems', '"flights[0].seats" must not be empty.'],
  ['no change', 'me', {}, '', 'minProperties', 'The body has to have at least 1 member.'],
  ['a list for a body', 'me', [], '', 'type', 'The body has to be an object.'],
  ['a day that is none', 'odd', { on: '2026-02-30' }, '/on', 'format', '"on" has to be a day such as 2026-12-01.'],
  ['a number that is too small', 'odd', { seats: [1, 3] }, '/seats/0', 'minimum', '"seats[0]" has to be 2 at least.'],
  ['too few', 'odd', { seats: [2] }, '/seats', 'minItems', '"seats" has to have at least 2 items.'],
  ['too many', 'odd', { seats: [2, 3, 4, 5] }, '/seats', 'maxItems', '"seats" may have 3 items at most.'],
  ['one thing twice', 'odd', { seats: [2, 2] }, '/seats', 'uniqueItems', '"seats" names something twice.'],
  ['a word of another list', 'odd', { roles: ['pilot'] }, '/roles/0', 'enum', '"roles[0]" has to be one of customer, agent, admin.'],
  ['another value', 'odd', { sure: false }, '/sure', 'const', '"sure" has to be true.'],
  ['a form without words', 'odd', { code: 'x' }, '/code', 'pattern', '"code" is not of the form that is asked for.'],
] as const)('%s — in a body — is one error in a sentence', async (_what, name, body, pointer, code, message) => {
  expect(await post(name, body)).toMatchObject({
    status: 400,
    code: 'invalid_request',
    detail: message,
    errors: [{ pointer, code, message }],
  })
})

test('several members — that are wrong in several ways — have one error each', async () => {
  const { errors } = await post('hold', { flights: [{ flightId: '', fare: 'x'.repeat(13), seats: ['99', 7, null, '1A'] }], more: 1 })
  expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual([
    '/flights/0/fare',
    '/flights/0/flightId',
    '/flights/0/seats/0',
    '/flights/0/seats/1',
    '/more',
  ])
})

test.each([
  [
    'a parameter that nobody asked for',
    '/things/1?from=a&page=2',
    '/query/page',
    'additionalProperties',
    'The parameter "page" is not one that this call takes.',
  ],
  ['a parameter that is missing', '/things/1', '/query/from', 'required', 'The parameter "from" is missing.'],
  [
    'a parameter that is no number',
    '/things/1?from=a&limit=many',
    '/query/limit',
    'type',
    'The parameter "limit" has to be a whole number.',
  ],
  ['a parameter that is too large', '/things/1?from=a&limit=101', '/query/limit', 'maximum', 'The parameter "limit" may be 100 at most.'],
  [
    'a part of the address that is too long',
    '/things/1234?from=a',
    '/params/id',
    'maxLength',
    '"id" in the address may have 3 characters at most.',
  ],
])('%s — is one error in a sentence', async (_what, url, pointer, code, message) => {
  const answer = await service.http.inject({ url })
  expect(answer.json()).toMatchObject({ status: 400, detail: message, errors: [{ pointer, code, message }] })
})

test('a name as long as a body may be — is not said again in full', async () => {
  const { errors } = await post('me', { ['x'.repeat(50_000)]: 1 })
  expect(errors[0]?.message.length).toBeLessThan(150)
})
