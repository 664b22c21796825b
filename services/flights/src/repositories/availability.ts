import type { Database, Transaction } from '@skyhold/platform'
import { Op } from 'sequelize'
import type { StoredAvailability } from '../domain/availability.ts'
import type { Models } from '../models/index.ts'

export class AvailabilityRepository {
  readonly #db: Database
  readonly #Availability: Models['Availability']

  constructor(db: Database, { Availability }: Models) {
    this.#db = db
    this.#Availability = Availability
  }

  /** Keeps the numbers if they are newer than the stored ones. The highest sequence wins, in whatever order they come. */
  async storeIfNewer(flightId: string, { sequence, cabins, fares }: StoredAvailability, tx: Transaction): Promise<void> {
    await this.#addEmpty(flightId, tx)
    await this.#Availability.update(
      { sequence, cabins: JSON.stringify(cabins), fares: JSON.stringify(fares) },
      { where: { flightId, sequence: { [Op.lt]: sequence } }, transaction: tx },
    )
  }

  /** The first number for a flight makes its row, once, also when two come at the same time: the second waits for the first. */
  async #addEmpty(flightId: string, tx: Transaction): Promise<void> {
    const ifThere =
      this.#db.dialect === 'sqlite' ? 'ON CONFLICT (flight_id) DO NOTHING' : 'ON DUPLICATE KEY UPDATE flight_id = availability.flight_id'
    await this.#db.run(
      `INSERT INTO availability (flight_id, sequence, cabins, fares) VALUES (:flightId, -1, '[]', '[]') ${ifThere}`,
      { flightId },
      tx,
    )
  }
}
