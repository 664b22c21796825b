import { Temporal } from 'temporal-polyfill'

/** A moment as people at an airport and as machines write it. */
export interface Moment {
  utcMs: number
  /** ISO 8601 with the offset of the zone: `2026-12-01T08:30:00+05:30`. */
  local: string
  /** The calendar day in the zone: `2026-12-01`. */
  localDate: string
}

export type LocalTimeFault = 'malformed' | 'nonexistent' | 'wrong_offset'

export class LocalTimeError extends Error {
  override name = 'LocalTimeError'
  readonly fault: LocalTimeFault

  constructor(fault: LocalTimeFault, message: string) {
    super(message)
    this.fault = fault
  }
}

const WRITTEN = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?$/

/**
 * Reads a time as an operator writes it: local (`2026-12-01T08:30`), with the offset that the zone has then, or in UTC with `Z`.
 * Throws LocalTimeError for a time that the zone skips when its clocks go forward. One that comes twice, when they go back, is the first.
 */
export function readMoment(written: string, timeZone: string): Moment {
  const match = WRITTEN.exec(written)
  if (!match?.[1]) throw new LocalTimeError('malformed', 'Write the time as 2026-12-01T08:30, local at the airport, or with its offset.')
  const offset = match[2]
  const plain = parsePlain(match[1])
  if (offset === 'Z') return momentAt(plain.toZonedDateTime('UTC').epochMilliseconds, timeZone)
  if (offset) return momentOfOffset(match[1], offset, timeZone)

  const zoned = plain.toZonedDateTime(timeZone, { disambiguation: 'compatible' })
  // A skipped time is moved by the library; that it moved is how it shows.
  if (!zoned.toPlainDateTime().equals(plain)) throw new LocalTimeError('nonexistent', `The clocks of ${timeZone} skip ${written}.`)
  return momentOf(zoned)
}

/**
 * The departure of a timetable entry on a day. A timetable goes on over the change of clocks, so it never fails: a skipped time is moved
 * forward by what the clocks skip (02:30 becomes 03:30), as airlines do, and one that comes twice is the first.
 */
export function timetableMoment(localDate: string, localTime: string, timeZone: string): Moment {
  const plain = Temporal.PlainDateTime.from(`${localDate}T${localTime}`)
  return momentOf(plain.toZonedDateTime(timeZone, { disambiguation: 'compatible' }))
}

export const momentAt = (utcMs: number, timeZone: string): Moment =>
  momentOf(Temporal.Instant.fromEpochMilliseconds(utcMs).toZonedDateTimeISO(timeZone))

export const localDateAt = (utcMs: number, timeZone: string): string => momentAt(utcMs, timeZone).localDate

export const addDays = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString()

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export const dayOfWeek = (date: string): number => Temporal.PlainDate.from(date).dayOfWeek

export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const parsed = Date.parse(`${text}T00:00:00Z`)
  // 30 February parses as 2 March: only a day that comes back as it was written exists.
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(text)
}

function parsePlain(text: string): Temporal.PlainDateTime {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' })
  } catch (error) {
    throw new LocalTimeError(
      'malformed',
      `There is no such date or time: ${text} (${error instanceof Error ? error.message : 'not readable'}).`,
    )
  }
}

function momentOfOffset(local: string, offset: string, timeZone: string): Moment {
  const plain = parsePlain(local)
  const moment = momentAt(Temporal.Instant.from(`${plain.toString()}${offset}`).epochMilliseconds, timeZone)
  if (moment.local !== `${plain.toString({ smallestUnit: 'second' })}${offset}`) {
    throw new LocalTimeError('wrong_offset', `${timeZone} does not have the offset ${offset} at that time.`)
  }
  return moment
}

function momentOf(zoned: Temporal.ZonedDateTime): Moment {
  return {
    utcMs: zoned.epochMilliseconds,
    local: zoned.toString({ timeZoneName: 'never', smallestUnit: 'second' }),
    localDate: zoned.toPlainDate().toString(),
  }
}
