import { createLogger, openDatabase } from '@skyhold/platform'
import express from 'express'
import { DataTypes } from 'sequelize'

// The usual way to take a seat: one Sequelize transaction a request (find with lock, create, update, outbox row) behind express, on the same database and with the same
// durability. It keeps no idempotency key, no limit a user, no audit and no party of several seats, which is all in its favour.
const SEATS_PER_FLIGHT = 200
const FLIGHTS = Number(process.env.FLIGHTS)

const db = openDatabase({
  url: process.env.DATABASE_URL ?? '',
  logger: createLogger({ service: 'plain', level: 'fatal' }),
  pool: { max: 10 },
})
await db.connect()

// Each attribute its own object, because Sequelize writes the column's name into it.
const key = () => ({ type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true })
const text = () => ({ type: DataTypes.STRING(64), allowNull: false })
const Seat = db.sequelize.define(
  'seat',
  { id: key(), flightId: text(), designator: text(), status: { ...text(), defaultValue: 'available' } },
  { timestamps: false, indexes: [{ unique: true, fields: ['flight_id', 'designator'] }] },
)
const Hold = db.sequelize.define(
  'hold',
  { id: key(), flightId: text(), designator: text(), userId: text(), expiresAt: DataTypes.DATE },
  { timestamps: false },
)
const Outbox = db.sequelize.define('event', { id: key(), type: text(), body: DataTypes.TEXT }, { timestamps: false })
await db.sequelize.sync({ force: true })
for (let flight = 0; flight < FLIGHTS; flight += 1)
  await Seat.bulkCreate(Array.from({ length: SEATS_PER_FLIGHT }, (_, seat) => ({ flightId: `f${flight}`, designator: `s${seat}` })))

const app = express()
app.use(express.json())
app.get('/health/ready', (_request, response) => void response.json({ status: 'ready' }))
app.post('/holds', async (request, response) => {
  const { flightId, designator, userId } = request.body as { flightId: string; designator: string; userId: string }
  const hold = await db.transaction(async (transaction) => {
    const seat = await Seat.findOne({ where: { flightId, designator }, lock: true, transaction })
    if (seat?.get('status') !== 'available') return null
    const created = await Hold.create({ flightId, designator, userId, expiresAt: new Date(Date.now() + 600_000) }, { transaction })
    await seat.update({ status: 'held' }, { transaction })
    await Outbox.create({ type: 'hold.created', body: JSON.stringify(created) }, { transaction })
    return created
  })
  if (hold) response.status(201).json(hold)
  else response.status(409).json({ code: 'seat_unavailable' })
})
app.listen(Number(process.env.PORT), '127.0.0.1')
