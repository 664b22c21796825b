import os from 'node:os'
import { parseArgs } from 'node:util'
import type { Bench, Report } from './bench.ts'
import { openDatabases } from './databases.ts'
import { benchGateway } from './gateway.ts'
import { benchHolds } from './holds.ts'
import { startIssuer } from './issuer.ts'
import { CONNECTIONS } from './load.ts'
import type { Program } from './programs.ts'
import { benchSearch } from './search.ts'
import { benchSlowClients } from './slow-clients.ts'
import { benchSweep } from './sweep.ts'

const BENCHES: Readonly<Record<string, (bench: Bench) => Promise<Report>>> = {
  holds: benchHolds,
  search: benchSearch,
  gateway: benchGateway,
  sweep: benchSweep,
  'slow-clients': benchSlowClients,
}
/** Longer measurements heat a shared machine and say no more. */
const SECONDS_MAX = 8

const HELP = `Measures Skyhold beside a reference in the same run.

  npm run bench -- [${Object.keys(BENCHES).join('] [')}] [--seconds 6]

  DATABASE_URL   (or TEST_MARIADB_URL) administrator of a MySQL or MariaDB, mysql://root:secret@127.0.0.1:3306; without it: embedded SQLite`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '6' }, help: { type: 'boolean', default: false } },
  })
  const names = positionals.length ? positionals : Object.keys(BENCHES)
  const unknown = names.filter((name) => !(name in BENCHES))
  const seconds = Number(values.seconds)
  if (values.help || unknown.length > 0 || !(seconds >= 2 && seconds <= SECONDS_MAX)) {
    console.log(HELP)
    if (unknown.length) throw new Error(`There is no measurement ${unknown.join(', ')}.`)
    if (!values.help) throw new Error(`--seconds is 2 to ${SECONDS_MAX}.`)
    return
  }
  const serverUrl = process.env.DATABASE_URL ?? process.env.TEST_MARIADB_URL
  for (const [i, name] of names.entries()) {
    const report = await run(name, { seconds, serverUrl, isFirst: i === 0 })
    print(report)
  }
}

/** Each measurement has its own processes and databases, so that none is in another's way. */
async function run(
  name: string,
  { seconds, serverUrl, isFirst }: { seconds: number; serverUrl: string | undefined; isFirst: boolean },
): Promise<Report> {
  const databases = await openDatabases(serverUrl)
  const issuer = await startIssuer()
  const programs: Program[] = []
  try {
    if (isFirst)
      console.log(
        `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${os.availableParallelism()} cores (load 1 min: ${os.loadavg()[0]?.toFixed(1)}), ${databases.title}; ${CONNECTIONS} connections, ${seconds} s each`,
      )
    const stopLater = (program: Program) => {
      programs.push(program)
      return program
    }
    return await (BENCHES[name] ?? benchHolds)({ databases, issuer, seconds, stopLater })
  } finally {
    for (const program of programs.reverse()) await program.stop()
    await issuer.close()
    await databases.drop()
  }
}

function print({ title, figures, ratios }: Report): void {
  console.log(`\n${title}`)
  for (const { name, perSecond, p50Ms, p99Ms, failed } of figures)
    console.log(
      `  ${name.padEnd(52)} ${Math.round(perSecond).toString().padStart(7)}/s   p50 ${p50Ms.toFixed(1)} ms   p99 ${p99Ms.toFixed(0)} ms${failed ? `   ${failed} FAILED` : ''}`,
    )
  for (const sentence of ratios) console.log(`  ${sentence}`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
