type Json = Record<string, unknown>

const DESCRIPTIONS: Record<string, string> = {
  'path id': 'The id of the thing',
  'query limit': 'How many a page has at most; 20 unless it is said',
  'query cursor': 'The `nextCursor` of the page before',
  'query reference': 'The booking reference',
  'query familyName': 'A passenger’s family name',
  'query email': 'The e-mail address of the contact',
  'query flightId': 'A flight of the booking',
  'query status': 'Only those in this state',
  'query bookingId': 'Only what concerns this booking',
  'query from': 'IATA code of the origin',
  'query to': 'IATA code of the destination',
  'query subjectId': 'Whose account it was done to',
  'query since': 'From this moment on',
  'query until': 'Before this moment',
  'query q': 'A part of the e-mail address',
}

/** Headers that many calls need: described once, and required, which the calls check themselves so as to say more than that one is missing. */
const REQUIRED_HEADERS: Record<string, string> = { 'idempotency-key': 'IdempotencyKey', 'if-match': 'IfMatch' }

export const sharedParameters: Record<string, Json> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description:
      'The same key with the same request has one effect, for 72 hours. Send a new one for each thing that you want done, and the same one when you ask again.',
    schema: { type: 'string', minLength: 1, maxLength: 257, pattern: '^[!-~]+$' },
    example: '0d8f6a1e-7f8b-4b62-9a52-5a3c9a6e0c11',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The `ETag` of the thing as it was read',
    schema: { type: 'string', maxLength: 200 },
  },
}

/** A parameter as the document shows it: a shared one by reference, any other with a description. */
export function sharedParameter(parameter: unknown): Json {
  const given = parameter as Json
  const shared = given.in === 'header' ? REQUIRED_HEADERS[String(given.name).toLowerCase()] : undefined
  if (shared) return { $ref: `#/components/parameters/${shared}` }
  const description = given.description ?? DESCRIPTIONS[`${String(given.in)} ${String(given.name)}`]
  return description === undefined ? given : { ...given, description }
}
