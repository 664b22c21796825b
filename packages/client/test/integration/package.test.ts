import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { tempDir } from '@skyhold/testkit'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { packageInto, textOf } from '../../scripts/package.ts'
import { json, littleServer } from '../support/little-server.ts'

const require = createRequire(import.meta.url)
/** Somebody's project that has installed the package: nothing of the sources is near it. */
const project = tempDir('client-package')
const installed = path.join(project, 'node_modules/@skyhold/client')

const program = (name: string, text: string): string => {
  const file = path.join(project, name)
  writeFileSync(file, text)
  return file
}

describe('the package as it is published', () => {
  beforeAll(() => {
    packageInto(installed)
    const parser = path.dirname(path.dirname(require.resolve('eventsource-parser')))
    symlinkSync(parser, path.join(project, 'node_modules/eventsource-parser'))
    mkdirSync(path.join(project, 'node_modules/@types'))
    symlinkSync(path.dirname(require.resolve('@types/node/package.json')), path.join(project, 'node_modules/@types/node'))
    writeFileSync(path.join(project, 'package.json'), '{"type":"module"}')
  })

  test('its manifest — names what it needs and gives, and no workspace', () => {
    const { name, exports, dependencies } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as Record<string, object>
    expect([name, exports, Object.keys(dependencies ?? {})]).toEqual([
      '@skyhold/client',
      { '.': { types: './index.d.ts', default: './index.js' } },
      ['eventsource-parser'],
    ])
    expect(readdirSync(installed)).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'index.d.ts', 'index.js']))
  })

  test('a program in JavaScript — elsewhere, on plain Node — calls the API with it', async () => {
    const server = await littleServer(json({ data: [{ code: 'DEL' }], nextCursor: null }))
    const file = program(
      'main.js',
      `import { Skyhold } from '@skyhold/client'
const skyhold = new Skyhold({ baseUrl: process.argv[2] })
const { data } = await skyhold.call('listAirports', { query: { q: 'del' } })
console.log(data.data[0].code)`,
    )
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, server.url])
    expect([stdout.trim(), stderr]).toEqual(['DEL', ''])
    expect(server.seen[0]?.url).toBe('/api/v1/airports?q=del')
  })

  test('a program in TypeScript — strict — has the types of each call, and is told of a wrong one', () => {
    const text = (query: string) => `import { Skyhold, type Schema } from '@skyhold/client'
export async function first(skyhold: Skyhold): Promise<Schema<'Airport'> | undefined> {
  return (await skyhold.call('listAirports', { query: ${query} })).data.data[0]
}
`
    const complaints = (file: string) => {
      const options = { strict: true, noEmit: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2024, types: ['node'] }
      return textOf(ts.getPreEmitDiagnostics(ts.createProgram([file], options)))
    }
    expect(complaints(program('right.ts', text("{ q: 'del' }")))).toBe('')
    expect(complaints(program('wrong.ts', text('{ q: 7 }')))).toMatch(/number.*string/)
  })
})
