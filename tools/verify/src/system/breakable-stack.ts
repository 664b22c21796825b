import { setTimeout as sleep } from 'node:timers/promises'
import type { Program, Stack } from '@skyhold/stack'
import type { Fault } from '../plan/faults.ts'
import type { Links } from './links.ts'
import type { Felt } from '../history/events.ts'
import type { Begins, Breakable } from './system.ts'

type Target = Pick<Program, 'replica'> & { name: Exclude<Program['name'], 'simulator' | 'mailbox'> }

/** The processes that may die. The simulator and the mailbox are the world outside, and have faults of their own. */
const MORTAL: readonly Target[] = [
  { name: 'bookings', replica: 1 },
  { name: 'bookings', replica: 2 },
  { name: 'bookings', replica: 1 },
  { name: 'bookings', replica: 2 },
  { name: 'notifications', replica: 1 },
  { name: 'flights', replica: 1 },
  { name: 'identity', replica: 1 },
  { name: 'gateway', replica: 1 },
]
/** Each has its database on the one server. */
const STORING: readonly Felt[] = ['identity', 'flights', 'bookings', 'notifications']
const LATENCY_MS = 250

/** Faults as they are done to a stack whose links go through proxies. */
export function breakableStack(stack: Stack, links: Links): Breakable {
  const control = (place: 'simulator-1' | 'mailbox-1') => `${stack.places[place]}/_control`
  return {
    apply: (fault, begins) => applyFault(fault, { stack, links, control, begins }),
    async heal() {
      await links.heal()
      for (const { name, replica } of MORTAL)
        if (stack.pidOf(name, replica) !== null) await stack.kill(name, { replica, signal: 'SIGCONT' })
      await Promise.all([stack.startDatabase(), stack.startBroker()])
      for (const place of ['simulator-1', 'mailbox-1'] as const) await fetch(control(place), { method: 'DELETE' })
      await stack.untilReady()
    },
  }
}

interface Scene {
  stack: Stack
  links: Links
  control: (place: 'simulator-1' | 'mailbox-1') => string
  begins: Begins
}

async function applyFault({ kind, choice, forMs }: Fault, scene: Scene): Promise<void> {
  const { stack, begins } = scene
  switch (kind) {
    case 'kill':
    case 'pause':
      return strikeProcess(pickFrom(MORTAL, choice), { kind, forMs }, scene)
    case 'broker_restart':
      begins(`the broker is killed and down for ${forMs} ms`, ['broker'])
      await stack.killBroker()
      await sleep(forMs)
      return stack.startBroker()
    case 'database_restart':
      begins(`the database is killed and down for ${forMs} ms`, STORING)
      await stack.killDatabase()
      await sleep(forMs)
      return stack.startDatabase()
    case 'provider_fails':
      return misbehave(scene, 'simulator-1', {
        title: 'the provider fails every other call',
        feltAt: ['provider'],
        forMs,
        control: { failRate: 0.5, failAs: pickFrom(['unavailable', 'reset', 'html'], choice) },
      })
    case 'provider_away':
      return misbehave(scene, 'simulator-1', { title: 'the provider is away', feltAt: ['provider'], forMs, control: { down: true } })
    case 'webhooks_shuffled':
      return misbehave(scene, 'simulator-1', {
        title: 'webhooks come late, shuffled and three times',
        feltAt: ['webhooks'],
        forMs,
        control: { webhookShuffleMs: 3000, duplicateWebhooks: 3 },
      })
    case 'mail_refused':
      return misbehave(scene, 'mailbox-1', { title: 'every other e-mail is refused', feltAt: [], forMs, control: { rejectRate: 0.5 } })
    default:
      return strikeLink(kind, choice, forMs, scene)
  }
}

async function strikeProcess(
  { name, replica }: Target,
  { kind, forMs }: { kind: 'kill' | 'pause'; forMs: number },
  { stack, begins }: Scene,
): Promise<void> {
  // It may lie dead already, by another cause.
  if (stack.pidOf(name, replica) === null) return
  const title = `${name}-${replica}`
  if (kind === 'kill') {
    begins(`${title} is killed`, [name])
    await stack.kill(name, { replica })
    return stack.untilReady(name, replica)
  }
  begins(`${title} stands still for ${forMs} ms`, [name])
  await stack.kill(name, { replica, signal: 'SIGSTOP' })
  await sleep(forMs)
  if (stack.pidOf(name, replica) !== null) await stack.kill(name, { replica, signal: 'SIGCONT' })
}

async function strikeLink(kind: Fault['kind'], choice: number, forMs: number, { links, begins }: Scene): Promise<void> {
  const { title, feltAt, proxy } = pickFrom(
    links.all.filter((link) => kind !== 'lost_commit' || link.kind === 'database'),
    choice,
  )
  switch (kind) {
    case 'cut':
      begins(`${title}: every connection is closed`, feltAt)
      return proxy.cut()
    case 'reset':
      begins(`${title}: every connection is broken`, feltAt)
      return proxy.reset()
    case 'lost_commit':
      // What did not happen in time does not happen later either, and is not counted.
      if (await proxy.breakAt('COMMIT', { arrives: true, forMs })) begins(`${title}: a COMMIT arrives and its answer does not`, feltAt)
      return
    case 'refuse':
      begins(`${title}: nothing connects for ${forMs} ms`, feltAt)
      await proxy.refuse()
      await sleep(forMs)
      return proxy.accept()
    case 'blackhole':
      begins(`${title}: nothing passes for ${forMs} ms`, feltAt)
      proxy.set({ blackhole: true })
      await sleep(forMs)
      return proxy.set()
    default:
      begins(`${title}: everything takes ${LATENCY_MS} ms longer for ${forMs} ms`, feltAt)
      proxy.set({ latencyMs: LATENCY_MS, jitterMs: LATENCY_MS })
      await sleep(forMs)
      return proxy.set()
  }
}

async function misbehave(
  { control, begins }: Scene,
  place: 'simulator-1' | 'mailbox-1',
  { title, feltAt, forMs, control: change }: { title: string; feltAt: readonly Felt[]; forMs: number; control: Record<string, unknown> },
): Promise<void> {
  begins(`${title} for ${forMs} ms`, feltAt)
  const ask = (method: string, body?: string) =>
    fetch(control(place), { method, ...(body ? { body, headers: { 'content-type': 'application/json' } } : {}) })
  await ask('POST', JSON.stringify(change))
  await sleep(forMs)
  await ask('DELETE')
}

function pickFrom<T>(items: readonly T[], choice: number): T {
  const item = items[choice % items.length]
  if (item === undefined) throw new Error('There is nothing to break.')
  return item
}
