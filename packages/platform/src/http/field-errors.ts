import { type FieldError, FORMS } from '@skyhold/contracts'

/** What the validator has found, of one keyword. */
interface Found {
  keyword: string
  instancePath: string
  schemaPath: string
  params: Record<string, unknown>
}

/** Names of members come from whoever calls; a sentence holds no more of one. */
const NAME_MAX = 64

/** One error for each member that is wrong, with the first thing that is wrong about it, in a sentence for people. `part` is the validator's name for a part of the request. */
export function fieldErrorsOf(found: readonly Found[], part: string): FieldError[] {
  const byPointer = Map.groupBy(found, (each) => pointerOf(each, part))
  return [...byPointer].map(([pointer, ofMember]) => {
    const code = ofMember[0]?.keyword ?? ''
    return { pointer, code, message: `${subjectOf(ofMember[0], part)} ${predicateOf(ofMember, part)}.` }
  })
}

/** JSON pointer of the member that is wrong: for an unknown or a missing one its own, not its parent's. Other parts than the body are named in front. */
function pointerOf(found: Found, part: string): string {
  const member = ownMemberOf(found)
  const own = member === null ? '' : `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const prefix = part === 'body' ? '' : `/${part === 'querystring' ? 'query' : part}`
  return prefix + found.instancePath + own
}

/** The member that an error of its parent is about. */
function ownMemberOf({ params }: Found): string | null {
  const member = params.additionalProperty ?? params.missingProperty
  return typeof member === 'string' ? member : null
}

const SUBJECTS: Record<string, (name: string) => string> = {
  querystring: (name) => `The parameter "${name}"`,
  params: (name) => `"${name}" in the address`,
  headers: (name) => `The header "${name}"`,
}

function subjectOf(found: Found | undefined, part: string): string {
  const steps = (found?.instancePath ?? '').split('/').slice(1)
  const member = found ? ownMemberOf(found) : null
  const names = [...steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')), ...(member === null ? [] : [member])]
  if (names.length === 0) return part === 'body' ? 'The body' : 'The request'
  // As programs write it: passengers[1].givenNames.
  const path = names.map((name, i) => (/^\d+$/.test(name) ? `[${name}]` : `${i > 0 ? '.' : ''}${name}`)).join('')
  const name = path.length > NAME_MAX ? `${path.slice(0, NAME_MAX)}…` : path
  return SUBJECTS[part]?.(name) ?? `"${name}"`
}

/** Where any of several shapes will do each has its own complaint: they are told as one. */
function predicateOf(found: readonly Found[], part: string): string {
  const [first] = found
  if (!first) return 'is not valid'
  const choice = found.find(({ keyword }) => keyword === 'anyOf')
  const shapes = choice ? found.filter((each) => each.schemaPath.startsWith(choice.schemaPath)).flatMap((each) => shapeOf(each) ?? []) : []
  if (shapes.length) return `has to be ${[...new Set(shapes)].join(', or ')}`
  const shape = shapeOf(first)
  return shape === null ? (complaintOf(first, part) ?? 'is not of the form that is asked for') : `has to be ${shape}`
}

const TYPES: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
}
const FORMATS: Record<string, string> = {
  date: 'a day such as 2026-12-01',
  'date-time': 'a moment such as 2026-12-01T08:30:00Z',
  email: 'an e-mail address',
  uri: 'a URL',
}

/** What it has to be; null when it is something else that is wrong. */
function shapeOf({ keyword, params }: Found): string | null {
  if (keyword === 'pattern') return FORMS.get(String(params.pattern)) ?? null
  if (keyword === 'format') return FORMATS[String(params.format)] ?? null
  if (keyword === 'type')
    return (
      [params.type]
        .flat()
        .flatMap((type) => TYPES[String(type)] ?? [])
        .join(' or ') || null
    )
  if (keyword === 'const') return JSON.stringify(params.allowedValue)
  if (keyword === 'enum') return `one of ${(params.allowedValues as unknown[]).join(', ')}`
  return null
}

function complaintOf({ keyword, params }: Found, part: string): string | null {
  const limit = Number(params.limit)
  switch (keyword) {
    case 'required':
      return 'is missing'
    case 'additionalProperties':
      return part === 'body' ? 'is not a member that this call takes' : 'is not one that this call takes'
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `has to have at least ${limit} characters`
    case 'maxLength':
      return `may have ${limit} characters at most`
    case 'minimum':
      return `has to be ${limit} at least`
    case 'maximum':
      return `may be ${limit} at most`
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `has to have at least ${limit} items`
    case 'maxItems':
      return `may have ${limit} ${limit === 1 ? 'item' : 'items'} at most`
    case 'minProperties':
      return `has to have at least ${limit} ${limit === 1 ? 'member' : 'members'}`
    case 'uniqueItems':
      return 'names something twice'
    default:
      return null
  }
}
