// The typeface of terminals, as the tokens have it; xterm measures it and takes no custom property.
export const MONO =
  "'JetBrains Mono Variable', ui-monospace, 'SF Mono', Menlo, Consolas, 'Tutti Symbols', monospace"

const SAMPLE = `13px ${MONO}` // any size: it is one file for all
const TEXT = 'M⎿' // one of each file: a sign that stood in would stay in the cache of glyphs

export const isMonoThere = (): boolean => document.fonts.check(SAMPLE, TEXT)

/**
 * Runs once the typeface has been fetched, which its first use begins; not at all where it is there already. A terminal
 * measures its cells only when told to: without this they keep the size of the typeface that stood in.
 */
export function whenMonoIsThere(run: () => void): void {
  if (isMonoThere()) return
  document.fonts.load(SAMPLE, TEXT).then(run, () => undefined) // offline: the one that stands in stays
}
