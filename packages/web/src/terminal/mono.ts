// The typeface of terminals, as the tokens have it; xterm measures it and takes no custom property.
export const MONO = "'JetBrains Mono Variable', ui-monospace, 'SF Mono', Menlo, Consolas, monospace"

const SAMPLE = `13px ${MONO}` // any size: it is one file for all

export const isMonoThere = (): boolean => document.fonts.check(SAMPLE)

/**
 * Runs once the typeface has been fetched, which its first use begins; not at all where it is there already. A terminal
 * measures its cells only when told to: without this they keep the size of the typeface that stood in.
 */
export function whenMonoIsThere(run: () => void): void {
  if (isMonoThere()) return
  document.fonts.load(SAMPLE).then(run, () => undefined) // offline: the one that stands in stays
}
