import { codeOnly, isCode, isData, isTest, lineOf, type SourceFile, withoutComments } from '../source-files.ts'

interface TextRule {
  /** The rule as a sentence for the person who broke it. */
  says: string
  appliesTo: (file: SourceFile) => boolean
  /** The text that is looked at. */
  of: (text: string) => string
  pattern: RegExp
}

const everything = (text: string) => text
const isIn = (folder: string) => (file: SourceFile) => isCode(file) && file.path.includes(folder)

const RULES: readonly TextRule[] = [
  {
    says: '`any` turns the types off; use `unknown` and look',
    appliesTo: isCode,
    of: codeOnly,
    pattern: /(?::|<|\||&|,|\bas|=>)\s*any\b(?!\s*[:(])|\bany\[\]/g,
  },
  {
    says: 'a test that does not run proves nothing',
    appliesTo: (file) => isCode(file) && isTest(file),
    of: codeOnly,
    pattern: /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|skipIf|runIf|fails)\b|\b(?:xit|xtest|xdescribe)\(/g,
  },
  {
    says: 'the time of a database is read in one place, packages/platform/src/database/clock.ts',
    appliesTo: (file) => isCode(file) && !isTest(file) && file.path !== 'packages/platform/src/database/clock.ts',
    of: withoutComments,
    pattern:
      /\b(?:NOW|SYSDATE|CURDATE|CURTIME|UTC_TIMESTAMP|UNIX_TIMESTAMP|LOCALTIME|LOCALTIMESTAMP)\(|\bCURRENT_(?:TIMESTAMP|DATE|TIME)\b|\b(?:unixepoch|julianday|strftime)\(/g,
  },
  {
    says: 'the domain is pure: time, chance and settings come in as values',
    appliesTo: isIn('/src/domain/'),
    of: codeOnly,
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|\bfetch\(|\bperformance\.now\(/g,
  },
  {
    says: 'who may do what stands in one table, packages/contracts/src/permissions.ts; ask for a permission',
    appliesTo: (file) => isCode(file) && !isTest(file) && file.path.includes('/src/'),
    of: withoutComments,
    pattern: /\baccess:\s*\[|\.roles\.(?:includes|some)\(['"]/g,
  },
  {
    says: 'a path of one machine is of no use on another',
    appliesTo: () => true,
    of: everything,
    pattern: /(?<![\w.])\/wor[k]\/|\/tmp\/skyhol[d]\b|\/home\/[a-z]+\//g,
  },
  {
    says: 'what is left to do is done, or is in the roadmap; not in a comment',
    appliesTo: isCode,
    of: everything,
    pattern: /\b(?:TOD[O]|FIXM[E]|HAC[K])\b/g,
  },
]

/** Sentences about words that a file must not have. */
export const textViolations = (file: SourceFile): string[] =>
  RULES.filter((rule) => rule.appliesTo(file)).flatMap((rule) => {
    const text = rule.of(file.text)
    return [...text.matchAll(rule.pattern)].map(
      (match) => `${file.path}:${lineOf(text, match.index)}: \`${match[0].trim()}\`: ${rule.says}`,
    )
  })

/** A file of more lines holds more than one thing. */
const LINES_MAX = 300
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/

/** Sentences about the size and the name of a file. */
export function shapeViolations(file: SourceFile): string[] {
  if (!isCode(file) || isData(file)) return []
  const violations: string[] = []
  const lines = file.text.trimEnd().split('\n').length
  if (lines > LINES_MAX) violations.push(`${file.path}: has ${lines} lines; a file holds one thing, in ${LINES_MAX} at most`)
  const name = file.path.split('/').at(-1) ?? ''
  if (!KEBAB.test(name)) violations.push(`${file.path}: is not named in kebab-case`)
  return violations
}
