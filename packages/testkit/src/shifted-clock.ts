/** The preload of a process whose wall clock can be made to jump (shift-clock.ts): its arguments for Node, and its environment. Send it SIGUSR2 when it is to jump, and when it is to be right again. */
export const shiftedClock = (shiftMs: number): { args: string[]; env: { SKYHOLD_CLOCK_SHIFT_MS: string } } => ({
  args: ['--import', new URL('./shift-clock.ts', import.meta.url).href],
  env: { SKYHOLD_CLOCK_SHIFT_MS: String(shiftMs) },
})
