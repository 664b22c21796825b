import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { type Servers, startServers, testEnvironment } from './servers.ts'
import { tryToHaveBrowser } from './testing/browser.ts'
import { failedAtOnce, failedChecks, runInTerminal } from './testing/checks.ts'
import { closingLines, type Counts, type Outcome } from './testing/counts.ts'
import { scratchFolder } from './testing/scratch.ts'
import { SEEDS } from './testing/seeds.ts'

const FULL = '--full'

/**
 * `npm test`: types, lint, format, then every test against SQLite, MariaDB, MySQL 9 and Redis where they can be had, and RabbitMQ.
 * Arguments go to vitest, such as the name of a file; `--full` (`npm run test:full`) is ours and means the long waits and the large numbers of the same tests, and the many seeds beside them. Ends with the counts, and after them what was not run.
 */
async function main(args: readonly string[]): Promise<boolean> {
  const isFull = args.includes(FULL)
  const vitestArguments = args.filter((arg) => arg !== FULL)
  if (isFull) console.log('the full size: long waits and large numbers, about an hour')
  const folder = scratchFolder()
  // Fast settings: no test cuts the machine's power, and a flush at each commit would triple the time. The stack and the bench run durable.
  const starting = startServers({ dir: path.join(folder, 'servers'), mysql: true, redis: true, management: true, durable: false })
  // Looked at below; until then a failure must not end the process while the checks print.
  starting.catch(() => undefined)
  try {
    const failed = await failedChecks()
    await tryToHaveBrowser()
    const servers = await starting
    console.log(`servers: SQLite, MariaDB, RabbitMQ${servers.mysql ? ', MySQL 9' : ''}${servers.redis ? ', Redis' : ''} are up`)
    const isNarrowed = vitestArguments.some((arg) => !arg.startsWith('-'))
    const [tested, violated] = await Promise.all([
      runVitest(servers, folder, { args: vitestArguments, isFull }),
      failedAtOnce(isFull && !isNarrowed ? SEEDS : [], testsEnvironment(folder)),
    ])
    const { lines, passed } = closingLines({
      ...tested,
      failedChecks: [...failed, ...violated],
      mysqlMissingReason: servers.mysqlMissingReason,
      redisMissingReason: servers.redisMissingReason,
    })
    // The servers say nothing while they end, so these stay the last lines.
    await servers.stop()
    console.log(lines.join('\n'))
    return passed
  } finally {
    await starting.then((servers) => servers.stop()).catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}

async function runVitest(
  servers: Servers,
  folder: string,
  { args, isFull }: { args: readonly string[]; isFull: boolean },
): Promise<Pick<Outcome, 'counts' | 'exitCode'>> {
  const countsFile = path.join(folder, 'counts.json')
  const exitCode = await runInTerminal('vitest', ['run', ...args], {
    ...testsEnvironment(folder),
    ...testEnvironment(servers),
    SKYHOLD_TEST_COUNTS: countsFile,
    // Read by `sized` of the testkit alone.
    ...(isFull ? { SKYHOLD_TEST_FULL: '1' } : {}),
  })
  const counts = existsSync(countsFile) ? (JSON.parse(readFileSync(countsFile, 'utf8')) as Counts) : null
  return { counts, exitCode }
}

/** Where tests write is read by `tempDir` of the testkit alone. */
const testsEnvironment = (folder: string): NodeJS.ProcessEnv => ({ ...process.env, SKYHOLD_TEST_DIR: folder })

// The children end by the same Ctrl-C; this process stays for the servers.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
main(process.argv.slice(2)).then(
  (passed) => process.exit(passed ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    console.log('0 passed, 1 failed')
    process.exit(1)
  },
)
