import type { Jobs } from '@skyhold/platform'
import { retireFormerKeys, type RotateKeysDeps } from '../services/rotate-keys.ts'

const RETIRE_KEYS = 'retire-keys'
const EVERY_SECONDS = 60

/** Retires the former keys of a rotation. */
export function addRetireKeys(jobs: Jobs, deps: Pick<RotateKeysDeps, 'db' | 'keys' | 'audit' | 'logger'>): void {
  jobs.every(RETIRE_KEYS, { seconds: EVERY_SECONDS, lease: true }, () => retireFormerKeys(deps))
}
