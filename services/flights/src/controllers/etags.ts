import { Refusal } from '@skyhold/platform'
import type { VersionCheck } from '../services/change-flight.ts'

/** A tag of ours, `"version.seats"`. Weak tags never match in If-Match (RFC 9110, 13.1.1). */
const TAG = /^"(\d{1,10})\.-?\d{1,16}"$/

/**
 * The versions that If-Match accepts. Only the part of the version counts: seats sold since the flight was read are no reason to refuse a
 * new gate. Refusal: if_match_required.
 */
export function versionsOf(ifMatch: string | undefined): VersionCheck {
  if (ifMatch === undefined) throw new Refusal('if_match_required')
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  if (tags.includes('*')) return () => true
  const versions = new Set(tags.map((tag) => Number(TAG.exec(tag)?.[1])))
  return (version) => versions.has(version)
}

/** Whether the client has this very answer. Compared weakly, as RFC 9110, 13.1.2 has it: a proxy that compresses may have marked the tag. */
export function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((known) => ['*', tag].includes(known.trim().replace(/^W\//, '')))
}
