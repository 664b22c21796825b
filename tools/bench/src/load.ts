import autocannon from 'autocannon'

/** Sixty-four people at once: more than a group commit needs to share its commits, and far from what a server refuses. */
export const CONNECTIONS = 64
const WARM_UP_SECONDS = 1
/** For `untilWarm`: what is less of a gain than this is noise. */
const GAIN_MIN = 1.05
const WARM_UP_ROUNDS_MAX = 20
/** One side after the other, twice, so that a machine that slows down slows both. */
const ROUNDS = 2

export interface LoadRequest {
  method?: 'GET' | 'POST'
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Target {
  name: string
  url: string
  /** The same one over and over, or what makes the next. Making each anew costs this process as much as a small service needs to answer it. */
  request: LoadRequest | (() => LoadRequest)
}

export interface Figures {
  name: string
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Answers that were not 2xx, and requests without an answer. They do not count as done. */
  failed: number
}

/** Measures the targets side by side; `seconds` is what each gets in all, warm-up apart. */
export async function measure(targets: readonly Target[], seconds: number): Promise<Figures[]> {
  for (const target of targets) await shoot(target, WARM_UP_SECONDS)
  const rounds = new Map<string, autocannon.Result[]>(targets.map(({ name }) => [name, []]))
  for (let round = 0; round < ROUNDS; round += 1)
    for (const target of targets) rounds.get(target.name)?.push(await shoot(target, seconds / ROUNDS))
  return targets.map(({ name }) => figuresOf(name, rounds.get(name) ?? []))
}

/** Asks until it gets no faster, three times running: code is compiled as it gets hot, and on a slow machine a process is half as fast after its first thousands of answers as it will be. */
export async function untilWarm(target: Target): Promise<void> {
  let best = 0
  let roundsWithoutGain = 0
  for (let round = 0; round < WARM_UP_ROUNDS_MAX && roundsWithoutGain < 3; round += 1) {
    const { '2xx': answers, duration } = await shoot(target, WARM_UP_SECONDS)
    const perSecond = answers / duration
    roundsWithoutGain = perSecond > best * GAIN_MIN ? 0 : roundsWithoutGain + 1
    best = Math.max(best, perSecond)
  }
}

function shoot({ url, request }: Target, seconds: number): Promise<autocannon.Result> {
  return autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [typeof request === 'function' ? { setupRequest: (present) => ({ ...present, ...request() }) } : request],
  })
}

function figuresOf(name: string, results: readonly autocannon.Result[]): Figures {
  const sum = (of: (result: autocannon.Result) => number) => results.reduce((total, result) => total + of(result), 0)
  return {
    name,
    perSecond: sum((result) => result['2xx']) / sum(({ duration }) => duration),
    p50Ms: sum(({ latency }) => latency.p50) / results.length,
    p99Ms: Math.max(...results.map(({ latency }) => latency.p99)),
    failed: sum(({ non2xx, errors }) => non2xx + errors),
  }
}
