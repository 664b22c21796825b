import { acceptedVersions } from '@skyhold/platform'
import type { VersionCheck } from '../services/change-flight.ts'

const TAG = /^"(\d{1,10})\.-?\d{1,16}"$/

/**
 * The versions that If-Match accepts, of tags of ours, `"version.seats"`. Only the part of the version counts: seats sold since the flight was read are no reason to refuse a new gate.
 * Refusal: if_match_required.
 */
export const versionsOf = (ifMatch: string | undefined): VersionCheck => acceptedVersions(ifMatch, TAG)
