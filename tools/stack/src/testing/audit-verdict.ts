/** Lower ones are for the next release; these are not to be run. */
const SEVERE = ['high', 'critical'] as const

export interface AuditVerdict {
  /** The first is the sentence of it; `NOT RUN` in front when nobody could be asked. */
  lines: string[]
  /** False only for a weakness that is known. */
  passed: boolean
}

interface Report {
  auditReportVersion?: number
  vulnerabilities?: Record<string, { severity?: string; range?: string; via?: unknown[]; fixAvailable?: unknown }>
  message?: string
  error?: { summary?: string; detail?: string }
}

/** What the output of `npm audit --json` means. An endpoint that gives no report has found nothing, and has not been asked either: that is said, and is no failure of the change. */
export function verdictOf(output: string): AuditVerdict {
  const report = parsed(output)
  if (!report?.auditReportVersion || !report.vulnerabilities)
    return { lines: [`NOT RUN: dependency audit (${reasonOf(report, output)})`], passed: true }
  const severe = Object.entries(report.vulnerabilities).filter(([, { severity }]) => SEVERE.some((each) => each === severity))
  if (severe.length === 0) return { lines: ['dependency audit: no advisory of high severity for what is run'], passed: true }
  return {
    lines: [
      `dependency audit: FAILED, ${severe.length} of the packages that are run have advisories of high severity`,
      ...severe.map(([name, { severity, range, via = [], fixAvailable }]) => {
        const titles = via.flatMap((each) => (isAdvisory(each) ? [`${each.title} ${each.url}`] : []))
        return `  ${name} ${range ?? ''} (${severity}): ${titles.join('; ') || 'by what it depends on'}${fixAvailable ? '; npm audit fix mends it' : ''}`
      }),
    ],
    passed: false,
  }
}

function parsed(output: string): Report | null {
  try {
    return JSON.parse(output) as Report | null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function reasonOf(report: Report | null, output: string): string {
  const reason = report?.message || report?.error?.summary || report?.error?.detail || output.trim() || 'npm said nothing'
  return reason.replaceAll(/\s+/g, ' ').slice(0, 300)
}

const isAdvisory = (value: unknown): value is { title: string; url: string } =>
  typeof value === 'object' && value !== null && 'title' in value && 'url' in value
