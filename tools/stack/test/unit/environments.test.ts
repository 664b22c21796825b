import { describe, expect, test } from 'vitest'
import { environmentOf } from '../../src/stack/environments.ts'
import { type MemberName, slotsOf } from '../../src/stack/members.ts'

const slots = slotsOf(8080, { bookings: 2 })

function environment(name: MemberName, { replica = 1, base = {} }: { replica?: number; base?: NodeJS.ProcessEnv } = {}): NodeJS.ProcessEnv {
  const slot = slots.find((each) => each.member.name === name && each.replica === replica)
  if (!slot) throw new Error(`no slot for ${name}`)
  return environmentOf({
    slot,
    slots,
    base,
    host: '127.0.0.1',
    port: 8080,
    dataDir: '/data',
    databaseUrl: `mysql://${name}`,
    brokerUrl: 'amqp://broker',
    redisUrl: 'redis://shared',
    secretOf: (secret) => `made:${secret}`,
  })
}

describe('environmentOf', () => {
  test('a replica — counts from the same PORT and has its number, its database and the broker', () => {
    expect(environment('bookings', { replica: 2 })).toMatchObject({
      PORT: '8080',
      REPLICA: '2',
      DATABASE_URL: 'mysql://bookings',
      BROKER_URL: 'amqp://broker',
      DATA_DIR: '/data',
    })
  })

  test('the gateway — knows every replica, and neither database nor broker', () => {
    const env = environment('gateway')
    expect(env.BOOKINGS_URL).toBe('http://127.0.0.1:8083,http://127.0.0.1:8183')
    expect(env.IDENTITY_URL).toBe('http://127.0.0.1:8081')
    expect(env).not.toHaveProperty('DATABASE_URL')
    expect(env).not.toHaveProperty('BROKER_URL')
  })

  test('the gateway — and nobody else — is told where its replicas count together', () => {
    expect(environment('gateway').REDIS_URL).toBe('redis://shared')
    expect(environment('bookings', { base: { REDIS_URL: 'redis://of-the-person' } })).not.toHaveProperty('REDIS_URL')
  })

  test('secrets — each process has its own and nobody else’s', () => {
    const base = { STRIPE_SECRET_KEY: 'sk_live', ADMIN_PASSWORD: 'admin', AWS_SECRET_ACCESS_KEY: 'of the person', HOLD_TTL_SECONDS: '60' }
    expect(environment('bookings', { base })).toMatchObject({
      STRIPE_SECRET_KEY: 'sk_live',
      HOLD_TTL_SECONDS: '60',
      COOKIE_SECRET: 'made:COOKIE_SECRET of bookings',
    })
    expect(environment('bookings', { base })).not.toHaveProperty('KEY_ENCRYPTION_SECRET')
    expect(environment('bookings', { base })).not.toHaveProperty('ADMIN_PASSWORD')
    expect(environment('identity', { base })).toMatchObject({
      ADMIN_PASSWORD: 'admin',
      KEY_ENCRYPTION_SECRET: 'made:KEY_ENCRYPTION_SECRET',
    })
    expect(environment('flights', { base })).not.toHaveProperty('STRIPE_SECRET_KEY')
    expect(environment('flights', { base })).not.toHaveProperty('AWS_SECRET_ACCESS_KEY')
  })

  test('a secret that the person set — is taken instead of a made one', () => {
    expect(environment('identity', { base: { SERVICE_TOKEN_SECRET: 'mine' } }).SERVICE_TOKEN_SECRET).toBe('mine')
  })

  test('what opens the cookies of the site — set by the person or made — is told to the gateway alone; each service signs its cursors by another', () => {
    const base = { COOKIE_SECRET: 'mine' }
    expect(environment('gateway', { base }).COOKIE_SECRET).toBe('mine')
    expect(environment('gateway').COOKIE_SECRET).toBe('made:COOKIE_SECRET')
    for (const name of ['identity', 'flights', 'bookings', 'notifications'] as const)
      for (const wish of [{ base }, {}]) expect(environment(name, wish).COOKIE_SECRET).toBe(`made:COOKIE_SECRET of ${name}`)
  })

  test('a person’s PORT and DATABASE_URL — do not reach a process, which has its own', () => {
    expect(environment('flights', { base: { PORT: '1', LISTEN_PORT: '2', DATABASE_URL: 'mysql://root' } })).toMatchObject({
      PORT: '8080',
      LISTEN_PORT: '0',
      DATABASE_URL: 'mysql://flights',
    })
  })
})
