import { pino } from 'pino'
import { Service, type ServiceOptions } from '../../src/index.ts'

/** A service without routes of its own, on any free port, that says nothing. */
export const sampleService = (options: Partial<ServiceOptions> = {}): Service =>
  new Service({ name: 'sample', host: '127.0.0.1', port: 0, logger: pino({ level: 'silent' }), startPatienceSeconds: 1, ...options })
