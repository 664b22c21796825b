import { environmentWithDotEnv, runProcess } from '@skyhold/platform'
import { createFlights } from './app.ts'
import { flightsSettings } from './config.ts'

await runProcess(() => createFlights(flightsSettings(environmentWithDotEnv())))
