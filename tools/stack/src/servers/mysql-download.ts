import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { SOURCES, unstableSource } from './debian-mirror.ts'
import { cacheFolder, isReachable } from './folders.ts'
import { findProgram, isRoot } from './install.ts'
import { run } from './processes.ts'

/** In the closure of mysql-server-core, and not needed to run it. */
const SUPERFLUOUS = /perl|^libgdbm|^libdb5|gconv/

/**
 * The folder with an unpacked MySQL 9, downloaded when the cache has none (58 MB; 10 s on a good line). Nothing is installed into the system:
 * a private apt state resolves the whole closure from the mirror that the machine already uses, only from the unstable suite.
 */
export async function fetchMysql(): Promise<string> {
  const ready = path.join(cacheFolder(), 'mysql-9')
  if (existsSync(path.join(ready, 'usr/sbin/mysqld'))) return ready
  const source = assertPossible(ready)
  const work = mkdtempSync(path.join(cacheFolder(), 'download-'))
  try {
    await download(work, source)
    const root = path.join(work, 'root')
    for (const file of readdirSync(path.join(work, 'cache/archives')).filter((name) => name.endsWith('.deb') && !SUPERFLUOUS.test(name)))
      await run('dpkg-deb', ['-x', path.join(work, 'cache/archives', file), root])
    // Renamed in one step: a run beside this one finds all of it or nothing.
    if (!existsSync(ready)) renameSync(root, ready)
    return ready
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** The source to fetch from. Throws a sentence's end that says why it cannot be. */
function assertPossible(target: string): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('it is fetched for Linux on x86-64 only')
  if (!findProgram('apt-get') || !findProgram('dpkg-deb')) throw new Error('this machine has no apt-get and dpkg-deb to fetch it with')
  const source = unstableSource(SOURCES.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : null)))
  if (source === null) throw new Error(`neither ${SOURCES.join(' nor ')} names a Debian mirror`)
  if (isRoot() && !isReachable(path.join(target, 'usr')))
    throw new Error(`${target} is not readable for the account that the server would run under`)
  return source
}

async function download(work: string, source: string): Promise<void> {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'etc', 'root']) mkdirSync(path.join(work, folder), { recursive: true })
  // An empty list of installed packages makes apt fetch every dependency, down to the C library.
  writeFileSync(path.join(work, 'status'), '')
  writeFileSync(path.join(work, 'etc/unstable.sources'), `${source}\n`)
  const options = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': path.join(work, 'etc'),
    'Dir::State::lists': path.join(work, 'lists'),
    'Dir::State::status': path.join(work, 'status'),
    'Dir::Cache': path.join(work, 'cache'),
    'APT::Architecture': 'amd64',
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
  }
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  await run('apt-get', ['-qq', ...flags, 'update'], { timeoutMs: 120_000 })
  await run('apt-get', ['-qq', ...flags, 'install', '-y', '--no-install-recommends', '--download-only', 'mysql-server-core'], {
    timeoutMs: 300_000,
  })
}
