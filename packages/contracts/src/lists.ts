import { Type, type TSchema } from 'typebox'

export const PAGE_LIMIT_DEFAULT = 20
export const PAGE_LIMIT_MAX = 100
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
}
export const ListOf = <T extends TSchema>(item: T) =>
  Type.Object({ data: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: false })
