import { rolesWith } from '@skyhold/contracts'
import { Type } from 'typebox'

export const EVERYONE = rolesWith('bookings.own')
export const NeedsKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ description: '1–255 visible ASCII characters; the same key with the same request has one effect' }),
  ),
})
