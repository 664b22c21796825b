import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const PACKAGE = fileURLToPath(new URL('../', import.meta.url))
const ROOT = path.resolve(PACKAGE, '../..')

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  lib: ['lib.es2024.d.ts', 'lib.dom.asynciterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
  declaration: true,
  skipLibCheck: true,
}

/**
 * Makes a folder that can be published: JavaScript and declarations, because Node strips no types under node_modules, with a manifest of its own.
 * Throws with what the compiler has to say.
 */
export function packageInto(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const program = ts.createProgram([path.join(PACKAGE, 'src/index.ts')], { ...OPTIONS, rootDir: path.join(PACKAGE, 'src'), outDir: folder })
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]
  if (diagnostics.length > 0) throw new Error(textOf(diagnostics))
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
  for (const file of ['README.md', 'LICENSE']) cpSync(path.join(file === 'LICENSE' ? ROOT : PACKAGE, file), path.join(folder, file))
}

export const textOf = (diagnostics: readonly ts.Diagnostic[]): string =>
  ts.formatDiagnostics(diagnostics, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' })

function manifest(): object {
  const read = (folder: string) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
  const { name, version, description, license, type, dependencies } = read(PACKAGE)
  const entry = { types: './index.d.ts', default: './index.js' }
  return { name, version, description, license, type, exports: { '.': entry }, engines: read(ROOT).engines, dependencies }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = path.resolve(process.argv[2] ?? path.join(PACKAGE, 'dist'))
  packageInto(folder)
  console.log(`Made ${folder}; npm publish ${path.relative(process.cwd(), folder)} sends it.`)
}
