import { fileURLToPath } from 'node:url'
import { findFreePort, ManagedProcess, sized, tempDir } from '@skyhold/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GUARDS } from '../../tools/verify/src/options.ts'

const VERIFY = fileURLToPath(new URL('../../tools/verify/src/main.ts', import.meta.url))
const ALL_IN_ONE = fileURLToPath(new URL('../../tools/all-in-one/src/main.ts', import.meta.url))
/** Where the services, the simulator, the mailbox and SMTP listen, counted from the gateway's port. */
const OFFSETS = [0, 1, 2, 3, 4, 10, 25, 26]
/** A run, the wait until everything is at rest, and a stack that starts on a busy machine. */
const PATIENCE_MS = 240_000
const TRIES_WITHOUT = 3
/** Without a guard calls also wait in vain, and for one another. */
const PATIENCE_WITHOUT_MS = TRIES_WITHOUT * 400_000

/** Runs `npm run verify` as a person would; what it printed is the message of a failure. */
async function verify(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number | null; report: string }> {
  const history = `${tempDir('history')}/history.jsonl`
  const running = ManagedProcess.start(process.execPath, [VERIFY, '--history', history, ...args], { env })
  const { code } = await running.end
  return { code, report: running.lines.join('\n') }
}

/** What each guard keeps from happening, as the report says it. */
const FOUND_WITHOUT: readonly (readonly [guard: string, sentence: RegExp])[] = [
  ['claims-primary-key', /✗ I1 [^]*seat .* was .*'s and .*'s at /],
  ['charge-slot', /✗ I2 [^]* was charged \d+ times: /],
  ['charge-key', /✗ I2 [^]* was charged \d+ times: /],
  ['idempotency', /✗ I5 [^]*: it was answered /],
  ['hold-conditions', /✗ I3 [^]* after its time was over, and was charged/],
  ['hold-quota', /✗ I1 [^]* live holds at .*, and may have \d+/],
]
/** Of buyers without faults: enough for a hold to lapse and a card to be late. */
const MINUTES_WITHOUT = '0.6'
/** One whose people soon take more holds than they may, and pay when their time is over. */
const SEED_WITHOUT = 'late86'

/** Of each kind of trade at least so many: a run in which little happened proves little. */
function expectTrade(report: string, least: { bookings: number; charges: number; cancelled: number; mails: number }): void {
  const [, bookings, charges, cancelled, mails] =
    /Trade: (\d+) bookings, \d+ paid, (\d+) charges, (\d+) cancelled, (\d+) e-mails\./.exec(report) ?? []
  expect(Number(bookings), report).toBeGreaterThanOrEqual(least.bookings)
  expect(Number(charges), report).toBeGreaterThanOrEqual(least.charges)
  expect(Number(cancelled), report).toBeGreaterThanOrEqual(least.cancelled)
  expect(Number(mails), report).toBeGreaterThanOrEqual(least.mails)
}

describe('npm run verify on an installation that runs', () => {
  let port = 0
  let skyhold: ManagedProcess

  beforeAll(async () => {
    port = await findFreePort(OFFSETS)
    skyhold = ManagedProcess.start(process.execPath, [ALL_IN_ONE], {
      env: {
        PORT: String(port),
        DATA_DIR: tempDir('verified'),
        DATABASE_URL: 'sqlite:',
        BROKER_URL: 'memory:',
        RATE_LIMIT_PER_MINUTE: '0',
        HOLD_TTL_SECONDS: '12',
        HOLD_LIFE_MAX_SECONDS: '30',
        PAYMENT_ANSWER_MS: '1500',
        PAYMENT_TIMEOUT_MS: '4000',
        PIN_MAX_SECONDS: '15',
        RECOVERY_EVERY_SECONDS: '1',
        EXPIRY_EVERY_SECONDS: '2',
        SIM_SLOW_MS: '2500',
      },
    })
    await skyhold.waitForLine(/Skyhold is ready/, { timeoutMs: 60_000 })
  }, 90_000)

  afterAll(() => skyhold.stop())

  test(
    'all in one process — twenty seconds of buyers — nothing is violated',
    async () => {
      const at = (offset: number) => `http://127.0.0.1:${port + offset}`
      const { code, report } = await verify(['--url', at(0), '--minutes', '0.33', '--users', '8', '--seed', 'embedded'], {
        ADMIN_EMAIL: 'admin@skyhold.example',
        ADMIN_PASSWORD: 'admin-for-development',
        SIMULATOR_URL: at(10),
        MAILBOX_URL: at(25),
        HOLDS_PER_USER_MAX: '3',
      })
      expect(report).toContain('Nothing was violated')
      expectTrade(report, { bookings: 10, charges: 5, cancelled: 1, mails: 10 })
      // Processes of somebody else: their outboxes, memory and logs are out of sight.
      expect(report).toContain('not checked, or not all of it: I9, I10, I13.')
      expect(code).toBe(0)
    },
    PATIENCE_MS,
  )

  test('nobody at the address — ends with 2 and says so', async () => {
    const { code, report } = await verify(['--url', 'http://127.0.0.1:9', '--minutes', '0.1', '--users', '2'])
    expect(report).toContain('Could not verify')
    expect(code).toBe(2)
  })
})

describe('npm run verify on a stack of its own', () => {
  test(
    'half a minute of faults — nothing is violated',
    async () => {
      const { code, report } = await verify(['--minutes', '0.5', '--users', '8', '--seed', 'faults'])
      expect(report).toContain('Nothing was violated')
      expect(report).toMatch(/\d+ faults:/)
      expect(report).not.toMatch(/not checked|not all|NOT PROVED/)
      expectTrade(report, { bookings: 5, charges: 1, cancelled: 1, mails: 5 })
      expect(code).toBe(0)
    },
    PATIENCE_MS,
  )

  // A stack each, which is for the full size; that each checker finds what is planted its own tests show.
  test.each(FOUND_WITHOUT.slice(0, sized({ quick: 0, full: FOUND_WITHOUT.length })))(
    'without %s — the violation is found, and the code is 1',
    async (guard, sentence) => {
      const args = ['--minutes', MINUTES_WITHOUT, '--users', '20', '--seed', SEED_WITHOUT, '--no-faults', '--without', guard]
      let found = await verify(args)
      // A seed fixes what people set out to do, and the machine what meets what: on a busy one nobody may have come too late, or two at once.
      for (let tries = 1; tries < TRIES_WITHOUT && !sentence.test(found.report); tries += 1) found = await verify(args)
      expect(found.report).toMatch(sentence)
      expect(found.code).toBe(1)
    },
    PATIENCE_WITHOUT_MS,
  )

  test('each guard that can be taken away — is asked for', () => {
    expect(FOUND_WITHOUT.map(([guard]) => guard).toSorted()).toEqual([...GUARDS].toSorted())
  })
})
