import { environmentWithDotEnv, runProcess } from '@skyhold/platform'
import { createBookings } from '../../src/app.ts'
import { bookingsSettings } from '../../src/config.ts'
import { type Guard, WITHOUT } from './weakened.ts'

// The bookings process with guards taken away, named as arguments: to see that what looks for harm finds it. Not a program for anybody else.
const names = process.argv.slice(2)
const isGuard = (name: string): name is Guard => name in WITHOUT
const guards = names.filter(isGuard)
if (guards.length === 0 || guards.length < names.length)
  throw new Error(`Usage: weakened-server.ts <guard> …, of ${Object.keys(WITHOUT).join(', ')}`)

await runProcess(() =>
  createBookings(bookingsSettings(environmentWithDotEnv()), {
    replace: (parts) => guards.reduce((replaced, guard) => ({ ...replaced, ...WITHOUT[guard](parts) }), {}),
  }),
)
