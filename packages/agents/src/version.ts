// Versions of programs: undocumented surfaces are read only between the versions that the conformance run has proved.

/** Whether a version lies in a range, both ends included. A version that cannot be read does not. */
export function isWithin(
  version: string | null,
  range: { readonly from: string; readonly to: string },
): boolean {
  const numbers = numbersOf(version ?? '')
  if (!numbers) return false
  return (
    compare(numbers, numbersOf(range.from) ?? []) >= 0 && compare(numbers, numbersOf(range.to) ?? []) <= 0
  )
}

/** The first version in a text, such as 2.1.330 in "2.1.330 (Claude Code)". */
export const versionIn = (printed: string): string | null =>
  /\d+\.\d+\.\d+(?:-[\w.]+)?/.exec(printed)?.[0] ?? null

function numbersOf(version: string): number[] | null {
  const match = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})/.exec(version)
  return match && match.slice(1).map(Number)
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((number, index) => number !== right[index])
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0)
}
