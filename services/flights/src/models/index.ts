import type { ModelStatic, Sequelize } from 'sequelize'
import { defineAircraft, type AircraftModel } from './aircraft.ts'
import { defineAirport, type AirportModel } from './airport.ts'
import { defineAvailability, type AvailabilityModel } from './availability.ts'
import { defineCarrier, type CarrierModel } from './carrier.ts'
import { defineFlight, type FlightModel } from './flight.ts'
import { defineSchedule, type ScheduleModel } from './schedule.ts'

export interface Models {
  Airport: ModelStatic<AirportModel>
  Aircraft: ModelStatic<AircraftModel>
  Carrier: ModelStatic<CarrierModel>
  Schedule: ModelStatic<ScheduleModel>
  Flight: ModelStatic<FlightModel>
  Availability: ModelStatic<AvailabilityModel>
}

/** Made for one database, not for the process: a class shared by two would ask the one that came last. */
export function defineModels(sequelize: Sequelize): Models {
  const models: Models = {
    Airport: defineAirport(sequelize),
    Aircraft: defineAircraft(sequelize),
    Carrier: defineCarrier(sequelize),
    Schedule: defineSchedule(sequelize),
    Flight: defineFlight(sequelize),
    Availability: defineAvailability(sequelize),
  }
  associate(models)
  return models
}

/** No constraint on availability: what bookings says of a flight may come before the flight itself is known here. */
function associate({ Airport, Aircraft, Carrier, Schedule, Flight, Availability }: Models): void {
  Schedule.belongsTo(Carrier, { foreignKey: 'carrierCode', as: 'carrier' })
  Schedule.belongsTo(Aircraft, { foreignKey: 'aircraftCode', as: 'aircraft' })
  Schedule.belongsTo(Airport, { foreignKey: 'origin', as: 'from' })
  Schedule.belongsTo(Airport, { foreignKey: 'destination', as: 'to' })
  Flight.belongsTo(Carrier, { foreignKey: 'carrierCode', as: 'carrier' })
  Flight.belongsTo(Aircraft, { foreignKey: 'aircraftCode', as: 'aircraft' })
  Flight.belongsTo(Airport, { foreignKey: 'origin', as: 'from' })
  Flight.belongsTo(Airport, { foreignKey: 'destination', as: 'to' })
  Schedule.hasMany(Flight, { foreignKey: 'scheduleId', as: 'flights' })
  Flight.belongsTo(Schedule, { foreignKey: 'scheduleId', as: 'schedule' })
  Flight.hasOne(Availability, { foreignKey: 'flightId', as: 'availability', constraints: false })
  Availability.belongsTo(Flight, { foreignKey: 'flightId', as: 'flight', constraints: false })
}
