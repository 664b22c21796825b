/** Who of the staff asks, and as part of which request. */
export interface Actor {
  userId: string
  operatorId: string
  requestId: string
}
