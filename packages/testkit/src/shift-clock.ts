/**
 * A preload (`node --import …/shift-clock.ts`) with which a running process can be given a wrong wall clock: at SIGUSR2 it jumps by SKYHOLD_CLOCK_SHIFT_MS, and at the next one back.
 * The monotonic clock and timers go on, as when an administrator sets a machine's time.
 */
const RealDate = Date
const shiftMs = Number(process.env.SKYHOLD_CLOCK_SHIFT_MS ?? 0)
let presentShiftMs = 0

class ShiftedDate extends RealDate {
  constructor(...parts: [] | [number | string | Date]) {
    super(...((parts.length === 0 ? [ShiftedDate.now()] : parts) as [number]))
  }

  static override now(): number {
    return RealDate.now() + presentShiftMs
  }

  /** What was made before, or by the runtime itself, is a date too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && Object.prototype.isPrototypeOf.call(RealDate.prototype, value)
  }
}

globalThis.Date = ShiftedDate as DateConstructor

process.on('SIGUSR2', () => {
  presentShiftMs = presentShiftMs === 0 ? shiftMs : 0
  process.stderr.write(`the wall clock now says ${new ShiftedDate().toISOString()}\n`)
})
