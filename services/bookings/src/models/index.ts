import type { BookingStatus, PassengerType, PaymentStatus, RefundStatus, TicketStatus } from '@skyhold/contracts'
import { type CreationOptional, DataTypes, type InferAttributes, type InferCreationAttributes, Model, type Sequelize } from 'sequelize'

/** The rows of a booking. What races for seats and money is written in SQL in the repositories; these read and write what nobody races for. */
export class BookingModel extends Model<InferAttributes<BookingModel>, InferCreationAttributes<BookingModel>> {
  declare id: string
  declare operatorId: string
  declare reference: string
  declare userId: string
  declare holdId: string
  declare status: BookingStatus
  declare version: number
  declare createdAt: number
  declare totalMinor: number
  declare currency: string
  declare contactEmail: string
  declare contactPhone: string | null
  declare requestId: string
}

export class PassengerModel extends Model<InferAttributes<PassengerModel>, InferCreationAttributes<PassengerModel>> {
  declare id: string
  declare bookingId: string
  declare position: number
  declare type: PassengerType
  declare givenNames: string
  declare familyName: string
  /** As names are compared when somebody searches for one. */
  declare comparableName: string
  declare bornOn: string | null
  /** JSON: a list of designators, one for each flight. */
  declare seats: string
}

export class TicketModel extends Model<InferAttributes<TicketModel>, InferCreationAttributes<TicketModel>> {
  declare number: string
  declare bookingId: string
  declare passengerId: string
  declare flightId: string
  declare leg: number
  declare seat: string | null
  declare liveSeat: string | null
  declare status: TicketStatus
  declare issuedAt: number
}

export class PaymentModel extends Model<InferAttributes<PaymentModel>, InferCreationAttributes<PaymentModel>> {
  declare id: string
  declare operatorId: string
  declare bookingId: string
  declare chargeSlot: string | null
  declare status: PaymentStatus
  declare amountMinor: number
  declare currency: string
  declare paymentMethod: string | null
  declare providerId: string | null
  declare clientSecret: string | null
  declare declineCode: string | null
  declare keyScope: string
  declare idemKey: string
  declare createdAt: number
  declare updatedAt: number
  declare nextCheckAt: number
  declare checks: CreationOptional<number>
}

export class RefundModel extends Model<InferAttributes<RefundModel>, InferCreationAttributes<RefundModel>> {
  declare id: string
  declare operatorId: string
  declare paymentId: string
  declare bookingId: string
  declare cause: string
  declare status: RefundStatus
  declare amountMinor: number
  declare currency: string
  declare reason: string
  declare providerId: string | null
  declare createdAt: number
  declare updatedAt: number
  declare nextCheckAt: number
  declare checks: CreationOptional<number>
}

/** A booking with all that belongs to it, as it is stored. */
export interface WholeBooking extends InferAttributes<BookingModel> {
  passengers: InferAttributes<PassengerModel>[]
  tickets: InferAttributes<TicketModel>[]
  payments: InferAttributes<PaymentModel>[]
  refunds: InferAttributes<RefundModel>[]
}

// Made anew for each attribute: Sequelize writes into the objects that it is given.
const id = () => ({ type: DataTypes.STRING(48), primaryKey: true })
const text = () => ({ type: DataTypes.STRING, allowNull: false })
const maybeText = () => ({ type: DataTypes.STRING, allowNull: true })
const whole = () => ({ type: DataTypes.BIGINT, allowNull: false })
const tracked = () => ({ createdAt: whole(), updatedAt: whole(), nextCheckAt: whole(), checks: { ...whole(), defaultValue: 0 } })
const money = () => ({ amountMinor: whole(), currency: text() })

export interface Models {
  Booking: typeof BookingModel
  Passenger: typeof PassengerModel
  Ticket: typeof TicketModel
  Payment: typeof PaymentModel
  Refund: typeof RefundModel
}

/** Defines the models on a connection. Classes of their own for each connection, because Sequelize keeps the connection in the class. */
export function defineModels(sequelize: Sequelize): Models {
  const Booking = class extends BookingModel {}
  const Passenger = class extends PassengerModel {}
  const Ticket = class extends TicketModel {}
  const Payment = class extends PaymentModel {}
  const Refund = class extends RefundModel {}
  const table = (modelName: string, tableName: string) => ({ sequelize, modelName, tableName, timestamps: false, underscored: true })
  Booking.init(
    {
      id: id(),
      operatorId: text(),
      reference: text(),
      userId: text(),
      holdId: text(),
      status: text(),
      version: whole(),
      createdAt: whole(),
      totalMinor: whole(),
      currency: text(),
      contactEmail: text(),
      contactPhone: maybeText(),
      requestId: text(),
    },
    table('Booking', 'bookings'),
  )
  Passenger.init(
    {
      id: id(),
      bookingId: text(),
      position: whole(),
      type: text(),
      givenNames: text(),
      familyName: text(),
      comparableName: text(),
      bornOn: maybeText(),
      seats: { type: DataTypes.TEXT, allowNull: false },
    },
    table('Passenger', 'passengers'),
  )
  Ticket.init(
    {
      number: { type: DataTypes.STRING(13), primaryKey: true },
      bookingId: text(),
      passengerId: text(),
      flightId: text(),
      leg: whole(),
      seat: maybeText(),
      liveSeat: maybeText(),
      status: text(),
      issuedAt: whole(),
    },
    table('Ticket', 'tickets'),
  )
  Payment.init(
    {
      id: id(),
      operatorId: text(),
      bookingId: text(),
      chargeSlot: maybeText(),
      status: text(),
      ...money(),
      paymentMethod: maybeText(),
      providerId: maybeText(),
      clientSecret: maybeText(),
      declineCode: maybeText(),
      keyScope: text(),
      idemKey: text(),
      ...tracked(),
    },
    table('Payment', 'payments'),
  )
  Refund.init(
    {
      id: id(),
      operatorId: text(),
      paymentId: text(),
      bookingId: text(),
      cause: text(),
      status: text(),
      ...money(),
      reason: text(),
      providerId: maybeText(),
      ...tracked(),
    },
    table('Refund', 'refunds'),
  )
  return { Booking, Passenger, Ticket, Payment, Refund }
}
