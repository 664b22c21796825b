import type { Verdict } from './checkers/index.ts'
import type { Call } from './history/history.ts'
import { shortcomings } from './outcome.ts'
import type { Verification } from './verify.ts'

const SAMPLES_MAX = 5
const COLUMNS = ['2xx', '402', '404', '409', 'other 4xx', '5xx', 'lost'] as const

/** What a person reads at the end. */
export function reportOf(verification: Verification): string {
  const { options, system, history, verdicts, trade, historyFile, logs } = verification
  const { calls, faults, run } = history
  const lastMs = Math.max(run.atMs, ...calls.map(({ endedAtMs }) => endedAtMs))
  const violated = verdicts.filter(({ violations }) => violations.length)
  const unchecked = verdicts.filter((verdict) => verdict.unchecked !== undefined)
  return [
    '',
    `Verified: ${system}${options.without.length ? `, WITHOUT ${options.without.join(', ')}` : ''}`,
    `Seed ${options.seed}, ${run.users.length} people, ${run.flightIds.length} flights, ${Math.round((lastMs - run.atMs) / 1000)} s, ${calls.length} requests`,
    '',
    ...operationLines(calls),
    '',
    ...faultLines(faults.map(({ title }) => title)),
    '',
    ...verdicts.flatMap(verdictLines),
    '',
    tradeLine(trade),
    violated.length
      ? `VIOLATED: ${violated.map(({ id }) => id).join(', ')}.`
      : `Nothing was violated${unchecked.length ? `; not checked, or not all of it: ${unchecked.map(({ id }) => id).join(', ')}` : ''}.`,
    ...shortcomings(verification).map((sentence) => `NOT PROVED: ${sentence}.`),
    `Every request, answer and fault: ${historyFile}`,
    ...(logs ? [`What the processes said: ${logs}`] : []),
    `Again: npm run verify -- ${argumentsOf(options)}`,
    'The seed fixes what each person sets out to do and which faults come when. What meets what is up to the machine, so a second run is alike, not the same.',
  ].join('\n')
}

/** Null: could not be read. */
function tradeLine({ bookings, paid, charges, cancelled, mails }: Verification['trade']): string {
  return `Trade: ${bookings} bookings, ${paid} paid, ${charges ?? '?'} charges, ${cancelled} cancelled, ${mails ?? '?'} e-mails.`
}

function argumentsOf({ url, minutes, seed, users, without, faults, database }: Verification['options']): string {
  return [
    ...(url ? [`--url ${url}`] : []),
    `--seed ${seed} --minutes ${minutes} --users ${users}`,
    ...without.map((guard) => `--without ${guard}`),
    ...(faults || url ? [] : ['--no-faults']),
    ...(database === 'mariadb' ? [] : [`--database ${database}`]),
  ].join(' ')
}

function columnOf({ answer }: Call): (typeof COLUMNS)[number] {
  if (!answer) return 'lost'
  if (answer.status < 300) return '2xx'
  if (answer.status >= 500) return '5xx'
  const exact = COLUMNS.find((column) => column === String(answer.status))
  return exact ?? 'other 4xx'
}

function operationLines(calls: readonly Call[]): string[] {
  const rows = [...Map.groupBy(calls, ({ operation }) => operation)].map(([operation, list]) => [
    operation,
    ...COLUMNS.map((column) => list.filter((call) => columnOf(call) === column).length || '').map(String),
  ])
  return tableOf([['requests', ...COLUMNS], ...rows])
}

function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows.map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`)
}

function faultLines(titles: readonly string[]): string[] {
  if (titles.length === 0) return ['  No faults.']
  // Numbers differ from one to the next; the kinds are what is counted.
  const kinds = Map.groupBy(titles, (title) => title.replace(/ \d+ ms/g, ' a while'))
  return [
    `  ${titles.length} faults:`,
    ...[...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, list]) => `  ${String(list.length).padStart(4)} × ${kind}`),
  ]
}

function verdictLines({ id, title, violations, looked, unchecked }: Verdict): string[] {
  const isUnchecked = unchecked !== undefined && looked === ''
  const mark = violations.length ? '✗' : isUnchecked ? '–' : '✓'
  const count = violations.length ? `${violations.length} VIOLATED; ` : ''
  const note = isUnchecked ? `not checked: ${unchecked}` : `${looked}${unchecked ? ` (not all: ${unchecked})` : ''}`
  return [
    `  ${mark} ${id.padEnd(4)} ${title.padEnd(44)} ${count}${note}`,
    ...violations.slice(0, SAMPLES_MAX).map((violation) => `           ${violation}`),
    ...(violations.length > SAMPLES_MAX ? [`           … and ${violations.length - SAMPLES_MAX} more`] : []),
  ]
}
