import os from 'node:os'
import { parseArgs } from 'node:util'
import type { Database } from '@skyhold/platform'
import { simulate, STEPS } from './simulate.ts'
import { setStage } from './stage.ts'

const LAST_STEPS = 60

/** `npm run simulate -- --seed=7` plays one run and prints what went wrong; `--seeds=500` plays that many from the seed on, `--in-background` with what others leave of the processors. */
async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      steps: { type: 'string', default: String(STEPS) },
      trace: { type: 'boolean', default: false },
      'in-background': { type: 'boolean', default: false },
    },
  })
  if (values['in-background']) os.setPriority(os.constants.priority.PRIORITY_LOW)
  const stage = await setStage()
  const [first, count] = [Number(values.seed), Number(values.seeds)]
  const startedAtMs = Date.now()
  const seen = new Map<string, number>()
  let failed = 0
  for (let seed = first; seed < first + count; seed += 1) {
    const { violations, trace, digest, simulatedSeconds } = await simulate({
      seed,
      stage,
      steps: Number(values.steps),
      hasStacks: count === 1,
    })
    if (values.trace) console.log(trace.join('\n'))
    else if (violations.length > 0) console.log(trace.slice(-LAST_STEPS).join('\n'))
    if (count === 1 || violations.length > 0)
      console.log(`seed ${seed}: ${trace.length} steps, ${Math.round(simulatedSeconds)} simulated seconds, trace ${digest.slice(0, 16)}`)
    for (const violation of violations) console.log(`  VIOLATED ${violation}`)
    if (violations.length > 0) failed += 1
    await tally(stage.db, seen)
  }
  console.log(`${count} runs, ${failed} with violations, ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`)
  console.log(`ended as: ${[...seen].map(([what, times]) => `${times} ${what}`).join(', ')}`)
  await stage.close()
  return failed === 0
}

/** What the runs came to, so that a person sees that something happened in them. */
async function tally(db: Database, seen: Map<string, number>): Promise<void> {
  const rows = await db.rows<{ what: string; times: number }>(
    `SELECT 'bookings ' || status AS what, COUNT(*) AS times FROM bookings GROUP BY status
     UNION ALL SELECT 'payments ' || status, COUNT(*) FROM payments GROUP BY status UNION ALL SELECT 'refunds ' || status, COUNT(*) FROM refunds GROUP BY status`,
  )
  for (const { what, times } of rows) seen.set(what, (seen.get(what) ?? 0) + times)
}

process.exitCode = (await main()) ? 0 : 1
