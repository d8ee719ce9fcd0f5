// The version that a caller read, from If-Match, so that nobody overwrites what somebody else changed meanwhile.
import { fault } from '@tutti/core'

/** The number in `"7"` or `7`. Throws version.missing when it is absent or no version. */
export function versionFrom(ifMatch: string | undefined): number {
  const digits = /^(?:W\/)?"?(\d{1,15})"?$/.exec(ifMatch ?? '')?.[1]
  if (digits === undefined) throw fault('version.missing')
  return Number(digits)
}
