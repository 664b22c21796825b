import { nothingAcknowledgedIsLost } from './acknowledged.ts'
import { everythingIsAnswered } from './answers.ts'
import type { History } from '../history/history.ts'
import type { IntegrityCheck, Observations } from '../observe/observations.ts'
import { type Checker, counted, type Finding } from './checker.ts'
import { mailIsTrueAndComesOnce } from './mails.ts'
import { moneyHasItsSeats, moneyIsConserved, soldSeatsArePaid } from './money.ts'
import { keysHaveOneEffect } from './requests.ts'
import { seatsHaveOneOwner } from './seats.ts'
import { nothingCrossesOwners, nothingLeaks } from './secrets.ts'
import { comesToRest, eventsAreDelivered, statesFollowTheirGraph } from './states.ts'

const SHOWN = 2

/** Every invariant that is checked, in the order of the report. */
const CHECKERS: readonly Checker[] = [
  seatsHaveOneOwner,
  moneyIsConserved,
  moneyHasItsSeats,
  soldSeatsArePaid,
  keysHaveOneEffect,
  eventsAreDelivered,
  statesFollowTheirGraph,
  nothingCrossesOwners,
  comesToRest,
  everythingIsAnswered,
  nothingAcknowledgedIsLost,
  mailIsTrueAndComesOnce,
  nothingLeaks,
]

export interface Verdict extends Finding {
  id: string
  title: string
}

/** Every invariant with what was found, the services' own checks of it included: their names begin with its id, as in `I1.claims-and-tickets`. */
export const checkAll = (history: History, observations: Observations): Verdict[] =>
  CHECKERS.map(({ id, title, check }) => {
    const finding = check(history, observations)
    const own = (observations.integrity ?? []).filter((result) => idOf(result) === id)
    return {
      id,
      title,
      ...finding,
      violations: [...finding.violations, ...own.flatMap(integrityViolation)],
      looked: [finding.looked, ...(own.length ? [counted(own.length, 'check of the services', 'checks of the services')] : [])]
        .filter(Boolean)
        .join(', '),
      ...uncheckedOf(finding, own, observations.integrity === null && CHECKED_BY_SERVICES.includes(id)),
    }
  })

/** What the services check of themselves too. */
const CHECKED_BY_SERVICES = ['I1', 'I2', 'I3', 'I4', 'I6', 'I7', 'I9', 'I12']

/** A check without the id of an invariant is put to the events. */
const idOf = ({ name }: IntegrityCheck): string => CHECKERS.find(({ id }) => name.startsWith(`${id}.`))?.id ?? 'I6'

const integrityViolation = ({ service, name, violations, sample }: IntegrityCheck): string[] =>
  violations ? [`${service}: its check ${name} finds ${violations}: ${shortened(sample)}`] : []

function uncheckedOf({ unchecked }: Finding, own: readonly IntegrityCheck[], isWithoutOwn: boolean): Pick<Finding, 'unchecked'> {
  const unknown = own.filter(({ violations }) => violations === null).map(({ service, name }) => `no result of ${service} ${name}`)
  const reasons = [
    ...(unchecked ? [unchecked] : []),
    ...(isWithoutOwn ? ["the services' own checks need an administrator"] : []),
    ...unknown,
  ]
  return reasons.length ? { unchecked: reasons.join('; ') } : {}
}

/** The first few of a list: the whole stands in the history. */
const shortened = (sample: unknown): string =>
  Array.isArray(sample) ? sample.slice(0, SHOWN).join('; ') + (sample.length > SHOWN ? '; …' : '') : JSON.stringify(sample)
