import { findProgram, installPackages, isRoot } from '../servers/install.ts'

/** Debian's Chromium for the tests of the site. Only a try: without a browser those tests fail and say so. */
export async function tryToHaveBrowser(): Promise<void> {
  if (findProgram('chromium', 'chromium-browser', 'google-chrome') || !isRoot()) return
  try {
    await installPackages(['chromium'], 'Chromium')
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
}
