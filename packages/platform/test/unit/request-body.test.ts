import { Type } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleService } from '../support/sample-service.ts'

const service = sampleService()
service.http.delete('/things/:id', { config: { access: 'public' } }, async (request) => ({ body: request.body ?? null }))
service.http.post(
  '/things',
  { config: { access: 'public' }, schema: { body: Type.Object({ name: Type.String() }) } },
  async (request) => request.body,
)
beforeAll(async () => {
  await service.listen()
  await service.started
})
afterAll(() => service.close())

const json = { 'content-type': 'application/json' }

test.each([
  ['of no length', {}],
  ['of length 0', { 'content-length': '0' }],
  ['in no chunks', { 'transfer-encoding': 'chunked' }],
])('a call that takes no body — named as JSON and %s — is taken as it is', async (_what, headers) => {
  const answer = await service.http.inject({ method: 'DELETE', url: '/things/1', headers: { ...json, ...headers } })
  expect([answer.statusCode, answer.json()]).toEqual([200, { body: null }])
})

test('a call that takes a body — named as JSON and empty — is 400, and says so', async () => {
  const answer = await service.http.inject({ method: 'POST', url: '/things', headers: json })
  expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request', detail: 'The body is empty.' })
})

test.each(['DELETE', 'POST'] as const)('a %s — whose body is no JSON, or means to change what objects are — is 400', async (method) => {
  for (const payload of ['{', '{"name":"a","__proto__":{"isAdmin":true}}']) {
    const answer = await service.http.inject({ method, url: method === 'POST' ? '/things' : '/things/1', headers: json, payload })
    expect(answer.json()).toMatchObject({ status: 400, detail: 'The body is not valid JSON.' })
  }
})
