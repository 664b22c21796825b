import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { verdictOf } from './testing/audit-verdict.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** A registry that hangs is one that cannot be asked. */
const PATIENCE_MS = 120_000
const ARGUMENTS = ['audit', '--omit=dev', '--json', '--fetch-retries=1', '--fetch-timeout=30000']

/** `npm run audit`: asks the registry for advisories about the packages that are run. Ends with 1 for one of high severity, and says NOT RUN when the registry gives no report. */
function output(): Promise<string> {
  return new Promise((resolve, reject) => {
    const npm = process.env.npm_execpath
    const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
    const child = spawn(command, [...first, ...ARGUMENTS], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'], timeout: PATIENCE_MS })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    child.once('error', reject)
    child.once('close', (_code, signal) => resolve(signal ? `no answer in ${PATIENCE_MS / 1000} s` : text))
  })
}

const { lines, passed } = verdictOf(await output())
console.log(lines.join('\n'))
process.exitCode = passed ? 0 : 1
