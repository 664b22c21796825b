import { Type } from 'typebox'

/** Every kind of public id: an opaque string that starts with its kind, so that a wrong id is seen at a glance. */
export const ID_PREFIXES = {
  user: 'usr',
  session: 'ses',
  flight: 'flt',
  hold: 'hld',
  booking: 'bkg',
  passenger: 'pax',
  payment: 'pay',
  refund: 'rfd',
  cancellation: 'cxl',
  dispute: 'dsp',
  ticket: 'tkt',
  event: 'evt',
  notification: 'ntf',
  deadLetter: 'dlt',
  waitingList: 'wtl',
} as const

export type IdKind = keyof typeof ID_PREFIXES

const formOf = (kind: IdKind) => `^${ID_PREFIXES[kind]}_[0-9A-Za-z]{1,40}$`

/** Schema of an id as it comes in: short and plain, so that garbage never reaches a query; whether it exists is found out later. */
export const Id = (kind: IdKind) => Type.String({ pattern: formOf(kind), maxLength: 48 })

/** The same where there is no schema to check by. */
export const idForm = (kind: IdKind): RegExp => new RegExp(formOf(kind))

/** The alphabet of booking references (PNR): no vowels, so no words; no 0/O or 1/I/Y to misread. */
export const REFERENCE_ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ23456789'
export const REFERENCE_LENGTH = 6
export const Reference = Type.String({ pattern: `^[${REFERENCE_ALPHABET}]{${REFERENCE_LENGTH}}$` })

/** One operator runs an installation today; the column is there so that several can. */
export const DEFAULT_OPERATOR_ID = 'opr_1'
