import { spawn } from 'node:child_process'

export interface Check {
  title: string
  command: string
  args: readonly string[]
}

/** What a change must pass before its tests are run: types, lint, format. */
export const CHECKS: readonly Check[] = [
  { title: 'types', command: 'tsc', args: ['--noEmit'] },
  { title: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { title: 'format', command: 'biome', args: ['format', '.'] },
]

/** Runs a program in this terminal; its exit code, 1 for an end by a signal. */
export function runInTerminal(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
    // Ctrl-C reaches the child through the terminal; a signal sent to us alone is passed on.
    const passOn = () => child.kill('SIGTERM')
    process.once('SIGTERM', passOn)
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`, { cause: error })))
    child.once('close', (code) => {
      process.off('SIGTERM', passOn)
      resolve(code ?? 1)
    })
  })
}

/** The titles of the checks that failed. All are run, so that one go shows everything. */
export async function failedChecks(checks: readonly Check[] = CHECKS): Promise<string[]> {
  const failed: string[] = []
  for (const check of checks) if (!(await passes(check))) failed.push(check.title)
  return failed
}

/** The same, all at the same time. */
export async function failedAtOnce(checks: readonly Check[], env?: NodeJS.ProcessEnv): Promise<string[]> {
  const passed = await Promise.all(checks.map((check) => passes(check, env)))
  return checks.filter((_, i) => !passed[i]).map(({ title }) => title)
}

async function passes({ title, command, args }: Check, env?: NodeJS.ProcessEnv): Promise<boolean> {
  const from = performance.now()
  const code = await runInTerminal(command, args, env)
  console.log(`${title}: ${code === 0 ? 'passed' : 'FAILED'} (${((performance.now() - from) / 1000).toFixed(1)} s)`)
  return code === 0
}
