/** The broker cannot take the event now. Nothing is lost: the outbox keeps it and the relay tries again. */
export class BusUnavailable extends Error {
  override name = 'BusUnavailable'
}

/** The event does not fit its schema in packages/contracts. A defect of the producer, which no repetition mends. */
export class InvalidEvent extends Error {
  override name = 'InvalidEvent'
}

/** No queue is bound to this type, so publishing it would throw it away. The outbox marks such events and keeps them. */
export class NoSubscriber extends Error {
  override name = 'NoSubscriber'

  constructor(type: string) {
    super(`No queue subscribes to events of type ${type}.`)
  }
}
