import { randomBytes, randomInt } from 'node:crypto'
import type { Tokens } from '@skyhold/contracts'
import type { Person } from '../history/events.ts'
import type { Recorder } from '../history/recorder.ts'
import { Client } from './client.ts'

/** A person with an account. */
export interface Customer extends Person {
  client: Client
  familyName: string
  /** Nobody but this person and identity ever sees it. */
  password: string
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const CANARY_LENGTH = 12

/** Registers people whose names and addresses stand nowhere else in the world, so that a leak is seen by them. */
export async function registerCustomers(
  count: number,
  { baseUrl, recorder }: { baseUrl: string; recorder: Recorder },
): Promise<Customer[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => registerCustomer(`p${String(i + 1).padStart(2, '0')}`, { baseUrl, recorder })))
}

async function registerCustomer(name: string, { baseUrl, recorder }: { baseUrl: string; recorder: Recorder }): Promise<Customer> {
  const canary = `zq${Array.from({ length: CANARY_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`
  const email = `verify.${canary}@example.com`
  const password = `verify ${randomBytes(12).toString('base64url')}`
  const familyName = `Z${canary.slice(1)}`
  const client = new Client({ baseUrl, recorder, user: name, signIn: (self) => signIn(self, { email, password }) })
  const reply = await client.insist({
    operation: 'register',
    method: 'POST',
    path: '/auth/register',
    body: { email, password, givenNames: 'Vera', familyName },
    token: null,
  })
  // Taken is what a repeat is told whose first answer was lost.
  if (reply?.status !== 201 && reply?.status !== 409)
    throw new Error(`Nobody can register: ${reply ? JSON.stringify(reply.body) : 'no answer'}`)
  return { name, email, canary, client, familyName, password }
}

export async function signIn(client: Client, credentials: { email: string; password: string }): Promise<string | null> {
  const reply = await client.insist<Tokens>({ operation: 'log in', method: 'POST', path: '/auth/login', body: credentials, token: null })
  return reply?.status === 200 ? reply.body.accessToken : null
}
