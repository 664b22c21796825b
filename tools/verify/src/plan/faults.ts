import { Random } from './random.ts'

/** What is done to a running system. Links and processes are chosen by number, among those that there are. */
export type Fault =
  | { kind: 'kill' | 'broker_restart' | 'database_restart' | 'lost_commit' | 'cut' | 'reset'; choice: number; forMs: number }
  | { kind: 'pause' | 'refuse' | 'blackhole' | 'slow'; choice: number; forMs: number }
  | { kind: 'provider_fails' | 'provider_away' | 'webhooks_shuffled' | 'mail_refused'; choice: number; forMs: number }

export interface PlannedFault {
  /** Counted from the begin of the workload. */
  atMs: number
  fault: Fault
}

/** Processes and servers in one lane, links in the other: within a lane a fault waits for the one before. */
const LANES = {
  processes: {
    kill: 40,
    pause: 25,
    database_restart: 8,
    broker_restart: 10,
    provider_fails: 7,
    provider_away: 4,
    webhooks_shuffled: 3,
    mail_refused: 3,
  },
  links: { cut: 25, reset: 25, lost_commit: 20, refuse: 12, blackhole: 10, slow: 8 },
} as const

/** A first look at the system in peace, and time for what is broken last to be mended before the count. */
const PEACE_MS = 2_000
const GAP_MS = { processes: [2_500, 7_000], links: [800, 4_000] } as const
/** Of the faults that last; a killed server is down a little before it is started again. */
const LASTING_MS = [300, 4_000] as const
const CHOICES = 1_000

/** The faults of a run: the same for the same seed and length. */
export function planFaults(seed: string, { lane, forMs }: { lane: keyof typeof LANES; forMs: number }): PlannedFault[] {
  const random = new Random(`${seed}/faults/${lane}`)
  const plan: PlannedFault[] = []
  const [gapMin, gapMax] = GAP_MS[lane]
  for (let atMs = PEACE_MS + random.between(0, gapMin); atMs < forMs - PEACE_MS; atMs += random.between(gapMin, gapMax)) {
    const kind = random.weighted<Fault['kind']>(LANES[lane] as Record<Fault['kind'], number>)
    plan.push({ atMs, fault: { kind, choice: random.between(0, CHOICES - 1), forMs: random.between(...LASTING_MS) } })
  }
  return plan
}
