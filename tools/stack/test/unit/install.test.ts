import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { tempDir } from '@skyhold/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { programOrInstall } from '../../src/servers/install.ts'
import { fetchMysql } from '../../src/servers/mysql-download.ts'

/** A machine whose apt-get reaches nothing. */
beforeEach(() => {
  const bin = tempDir('bin')
  writeFileSync(path.join(bin, 'apt-get'), '#!/bin/sh\necho "E: Could not resolve the mirror" >&2\nexit 100\n')
  chmodSync(path.join(bin, 'apt-get'), 0o755)
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  vi.stubEnv('XDG_CACHE_HOME', path.join(bin, 'cache'))
  mkdirSync(path.join(bin, 'cache/skyhold'), { recursive: true })
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

test('programOrInstall — a program that is there — is found without installing', async () => {
  expect(await programOrInstall(['no-such-program', 'sh'], ['no-such-package'], 'A shell')).toMatch(/\/sh$/)
})

test('programOrInstall — it is missing and cannot be installed — the error says what to do by hand', async () => {
  const refused = programOrInstall(['no-such-program'], ['mariadb-server'], 'MariaDB')
  await expect(refused).rejects.toThrow(
    'Install it yourself: `sudo apt-get install --no-install-recommends mariadb-server` on Debian or Ubuntu.',
  )
})

test('fetchMysql — the mirror is out of reach — the reason comes back and nothing half-made stays in the cache', async () => {
  await expect(fetchMysql()).rejects.toThrow()
  expect(readdirSync(path.join(process.env.XDG_CACHE_HOME ?? '', 'skyhold'))).toEqual([])
})
