const MINUTE_MS = 60_000
/** More than a person mistypes before he looks at the clock of his phone. */
export const WRONG_CODES_FREE = 10
/** Three of a million codes are good at a time: at one an hour whoever has the password guesses for twenty-six years until his odds are even. */
const CLOSED_MAX_MS = 60 * MINUTE_MS

/** How long no code is looked at after so many wrong ones in a row. No time gives them back: a right code does, or a new password. */
export const closedForMs = (wrongCodes: number): number =>
  wrongCodes < WRONG_CODES_FREE ? 0 : Math.min(MINUTE_MS * 2 ** (wrongCodes - WRONG_CODES_FREE), CLOSED_MAX_MS)
