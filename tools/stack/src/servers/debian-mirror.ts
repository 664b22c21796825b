/** Where apt keeps its sources: the format of today first, then the one of before. */
export const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'] as const

/**
 * The machine's own Debian mirror as a source of the unstable suite, in today's format. `files` are the contents of SOURCES, null for one that is not there;
 * null when none names a mirror. The security archive is left out, because it has no unstable suite.
 */
export function unstableSource(files: readonly (string | null)[]): string | null {
  for (const text of files) {
    if (text === null) continue
    const source = text.includes('URIs:') ? fromStanzas(text) : fromLines(text)
    if (source !== null) return source
  }
  return null
}

function fromStanzas(text: string): string | null {
  const stanza = text.split(/\n\s*\n/).find((one) => /^URIs:/m.test(one) && !one.includes('security'))
  return stanza?.replace(/^Suites:.*/m, 'Suites: sid').replace(/^Components:.*/m, 'Components: main') ?? null
}

/** `deb [signed-by=…] http://mirror/debian suite component…` */
function fromLines(text: string): string | null {
  const [, options = '', mirror] = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(?!\S*security)\S+/m.exec(text) ?? []
  if (!mirror) return null
  const key = /signed-by=(\S+)/.exec(options)?.[1]
  return ['Types: deb', `URIs: ${mirror}`, 'Suites: sid', 'Components: main', ...(key ? [`Signed-By: ${key}`] : [])].join('\n')
}
