import type { Jobs, Logger } from '@skyhold/platform'
import { generateFlights, type TimetableGenerationDeps } from '../services/timetable-generation.ts'

export const GENERATE_FLIGHTS = 'generate-flights'

/** Once a day would do. Every hour makes good a run that failed, and costs one look at the table. */
const EVERY_SECONDS = 3600

export function addGenerateFlights(jobs: Jobs, { logger, ...deps }: TimetableGenerationDeps & { logger: Logger }): void {
  jobs.every(GENERATE_FLIGHTS, { seconds: EVERY_SECONDS, lease: true }, async () => {
    const startedAtMs = deps.now()
    const made = await generateFlights(`job:${GENERATE_FLIGHTS}`, deps)
    logger.info({ made, tookMs: deps.now() - startedAtMs }, 'flights made from the timetable')
  })
}
