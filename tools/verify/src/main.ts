import { HELP, readOptions } from './options.ts'
import { COULD_NOT_RUN, exitCodeOf } from './outcome.ts'
import { reportOf } from './report.ts'
import { verify } from './verify.ts'

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), Date.now())
  if (options.help) {
    console.log(HELP)
    return 0
  }
  const ending = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => ending.abort(new Error(`It was ended by ${name}.`)))
  const verification = await verify(options, { signal: ending.signal, say: (sentence) => console.log(sentence) })
  console.log(reportOf(verification))
  return exitCodeOf(verification)
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`Could not verify: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(COULD_NOT_RUN)
  },
)
