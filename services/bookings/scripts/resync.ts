import { createLogger, createServiceTokens, databaseUrlOf, environmentWithDotEnv, openDatabase, placesOf } from '@skyhold/platform'
import { createFlightsSnapshot } from '../src/clients/flights-snapshot.ts'
import { bookingsSettings } from '../src/config.ts'
import { Flights } from '../src/repositories/flights.ts'
import { InventoryMarks } from '../src/repositories/inventory-marks.ts'
import { copyFlights } from '../src/services/keep-flights.ts'

// npm run resync: bookings' copy of the flights takes over whatever is newer with flights. With the settings of bookings, while both services run; safe at any time and as often as one likes.

const settings = bookingsSettings(environmentWithDotEnv())
const logger = createLogger({ service: 'resync', level: settings.LOG_LEVEL })
const db = openDatabase({ url: databaseUrlOf('bookings', settings), logger })
try {
  await db.connect()
  const serviceTokens = createServiceTokens(settings.SERVICE_TOKEN_SECRET, 'bookings')
  const flights = new Flights(db)
  const count = await copyFlights(createFlightsSnapshot({ urls: placesOf(settings).flights, serviceTokens }), {
    db,
    flights,
    marks: new InventoryMarks(db),
  })
  process.stdout.write(`${count} flights compared; the copy has whatever was newer.\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  await db.close()
}
