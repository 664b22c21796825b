import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface SourceFile {
  /** From the root, with slashes. */
  path: string
  text: string
}

const FOLDERS = ['packages', 'services', 'tools', 'tests', 'web', 'docs', '.ci']
const NOT_OURS = new Set(['node_modules', 'public', 'dist', 'coverage', '.data', '.stack'])
const TEXT = /(\.(ts|tsx|cjs|mjs|js|css|html|md|json|sh|yml|yaml)|\/run)$/

/** Every text file that people write, and those at the root. */
export function sourceFiles(root: string): SourceFile[] {
  const atRoot = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && TEXT.test(entry.name) && entry.name !== 'package-lock.json',
  )
  const paths = [...atRoot.map((entry) => entry.name), ...FOLDERS.flatMap((folder) => filesBelow(root, folder))]
  return paths.map((file) => ({ path: file, text: readFileSync(path.join(root, file), 'utf8') }))
}

function filesBelow(root: string, folder: string): string[] {
  let entries
  try {
    entries = readdirSync(path.join(root, folder), { withFileTypes: true })
  } catch (error) {
    // A part of the project that is not there yet, or was removed by a worker beside this test.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  return entries.flatMap((entry) => {
    const file = `${folder}/${entry.name}`
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(root, file)
    return TEXT.test(file) ? [file] : []
  })
}

export const isCode = (file: SourceFile): boolean => /\.tsx?$/.test(file.path)
/** Tables of facts, such as the airports of the world, are as long as the world is; and what programs write is read by programs. */
export const isData = (file: SourceFile): boolean => /(^|\/)(data|generated)\//.test(file.path) || file.path.endsWith('.json')
export const isTest = (file: SourceFile): boolean => /(^|\/)tests?\//.test(file.path)

/** The text without comments and what stands in quotes; line breaks stay, so that line numbers hold. A scanner in little: enough for rules about words. */
export function codeOnly(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (found) =>
    found.startsWith('/') ? found.replaceAll(/[^\n]/g, '') : `${found[0] ?? ''}${found[0] ?? ''}`,
  )
}

/** The text without comments. */
export const withoutComments = (text: string): string =>
  text.replaceAll(/^\s*\/\/[^\n]*|^\s*\*[^\n]*|\/\*[\s\S]*?\*\/|\s\/\/ [^\n]*/gm, (found) => found.replaceAll(/[^\n]/g, ''))

export const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length
