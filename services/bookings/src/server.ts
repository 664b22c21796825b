import { environmentWithDotEnv, runProcess } from '@skyhold/platform'
import { createBookings } from './app.ts'
import { bookingsSettings } from './config.ts'

await runProcess(() => createBookings(bookingsSettings(environmentWithDotEnv())))
