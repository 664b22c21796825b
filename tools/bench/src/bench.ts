import type { Databases } from './databases.ts'
import { ISSUER, type Issuer } from './issuer.ts'
import type { Figures } from './load.ts'
import { freePort, type Program, startProgram } from './programs.ts'

export interface Bench {
  databases: Databases
  issuer: Issuer
  /** What each measurement may take. */
  seconds: number
  /** Registers a program for the end of the run. */
  stopLater: (program: Program) => Program
}

export interface Report {
  title: string
  figures: Figures[]
  /** Sentences with the ratios of this run. */
  ratios: string[]
}

/** A service as its own process, on a database of its own. Its local bus has no other member, so a copy is filled by the snapshot alone. */
export async function startService(
  bench: Bench,
  { name, env = {}, hasDatabase = true }: { name: string; env?: Record<string, string>; hasDatabase?: boolean },
): Promise<Program> {
  const port = await freePort()
  return bench.stopLater(
    await startProgram({
      file: `services/${name}/src/server.ts`,
      port,
      env: {
        LISTEN_PORT: String(port),
        PUBLIC_URL: ISSUER,
        IDENTITY_URL: bench.issuer.url,
        DATA_DIR: `${bench.databases.folder}/${name}`,
        ...(hasDatabase ? { DATABASE_URL: await bench.databases.create(name) } : {}),
        ...env,
      },
    }),
  )
}

export const ratio = (a: Figures | undefined, b: Figures | undefined): string => (a && b ? (a.perSecond / b.perSecond).toFixed(2) : '?')
