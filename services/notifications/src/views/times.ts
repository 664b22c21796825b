const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const DAY_MS = 86_400_000

export interface LocalTime {
  /** `Tue 1 Dec 2026` */
  date: string
  /** `09:20` */
  time: string
  /** `UTC+05:30` */
  offset: string
  /** 1 to 366, as bar codes of boarding passes count. */
  dayOfYear: number
  /** Days since 1970 of the local calendar: tells whether one arrives on another day. */
  dayNumber: number
}

/**
 * What the clock on the wall shows at an airport, read from an ISO 8601 time with that airport's offset. The text is taken as it stands:
 * no time-zone database of this machine can disagree with the one the flight was planned by.
 */
export function localTime(iso: string): LocalTime {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.exec(iso)
  if (!match) throw new Error(`${iso} is not an ISO 8601 time with an offset`)
  const [, year = '', month = '', day = '', time = '', offset = ''] = match
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const dayNumber = Math.floor(midnight / DAY_MS)
  const newYear = Math.floor(Date.UTC(Number(year), 0, 1) / DAY_MS)
  return {
    date: `${WEEKDAYS[new Date(midnight).getUTCDay()]} ${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`,
    time,
    offset: offset === 'Z' || offset === '+00:00' ? 'UTC' : `UTC${offset}`,
    dayOfYear: dayNumber - newYear + 1,
    dayNumber,
  }
}

/** ` (+1 day)` when one arrives on another date than one left, as across the date line. */
export function dayShift(from: LocalTime, to: LocalTime): string {
  const days = to.dayNumber - from.dayNumber
  if (days === 0) return ''
  return ` (${days > 0 ? '+' : '−'}${Math.abs(days)} ${Math.abs(days) === 1 ? 'day' : 'days'})`
}
