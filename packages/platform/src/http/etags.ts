import { Refusal } from '../refusal.ts'

/** Whether a version is one that the client has seen. */
export type VersionCheck = (version: number) => boolean

/**
 * The versions that If-Match accepts: of one tag, of several, or `*` of any. `tag` finds the version in a tag of ours; weak tags never match here (RFC 9110, 13.1.1), and a foreign one is one
 * that does not match either. Refusal: if_match_required.
 */
export function acceptedVersions(ifMatch: string | undefined, tag: RegExp): VersionCheck {
  if (!ifMatch) throw new Refusal('if_match_required', { detail: 'Send the ETag of what you have read as If-Match.' })
  const tags = ifMatch.split(',').map((one) => one.trim())
  if (tags.includes('*')) return () => true
  const versions = new Set(tags.map((one) => Number(tag.exec(one)?.[1])))
  return (version) => versions.has(version)
}

/** Whether the client has this very answer. Compared weakly, as RFC 9110, 13.1.2 has it: a proxy that compresses may have marked the tag. */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const opaque = (one: string) => one.trim().replace(/^W\//, '')
  return ifNoneMatch.split(',').some((known) => ['*', opaque(tag)].includes(opaque(known)))
}
