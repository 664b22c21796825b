import { Type, type Static } from 'typebox'

const DELAY_MAX_MS = 86_400_000

export const Control = Type.Object(
  {
    rejectRate: Type.Number({ minimum: 0, maximum: 1, description: 'this share of the messages is answered 451, come again later' }),
    down: Type.Boolean({ description: 'SMTP answers 421 and hangs up; the pages stay' }),
    delayMs: Type.Integer({
      minimum: 0,
      maximum: DELAY_MAX_MS,
      description: 'every message is acknowledged so much later than it is stored',
    }),
  },
  { additionalProperties: false },
)
export type Control = Static<typeof Control>

export const ControlChange = Type.Partial(Control, { additionalProperties: false })

/** Kept in memory only: after a restart the mailbox is a good one again. */
export const normalControl = (): Control => ({ rejectRate: 0, down: false, delayMs: 0 })

/** The part of the tools that the control door turns. */
export interface Controlled {
  control: Control
}
