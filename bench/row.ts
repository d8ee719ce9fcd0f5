// One line of the bench table: what was measured, the figure, what we promise, and whether it holds.

export interface Row {
  what: string
  figure: number
  unit: string
  target: string
  ok: boolean
}

/** A part of the bench: `--only NAME` runs just it. */
export interface Part {
  name: string
  /** Run only where it is named: it needs what most machines have not. */
  isAskedFor?: true
  run(report: (row: Row) => void): Promise<void>
}

export const atMost = (what: string, figure: number, [limit, unit]: [number, string]): Row => ({
  what,
  figure: round(figure),
  unit,
  target: `<= ${limit} ${unit}`,
  ok: figure <= limit,
})

export const atLeast = (what: string, figure: number, [limit, unit]: [number, string]): Row => ({
  what,
  figure: round(figure),
  unit,
  target: `>= ${limit} ${unit}`,
  ok: figure >= limit,
})

export const exactly = (what: string, figure: number, [wanted, unit]: [number, string]): Row => ({
  what,
  figure: round(figure),
  unit,
  target: `= ${wanted} ${unit}`,
  ok: figure === wanted,
})

/** A figure that nothing is promised of: it tells what others stand on. */
export const asIs = (what: string, figure: number, unit: string): Row => ({
  what,
  figure: round(figure),
  unit,
  target: '',
  ok: true,
})

/** A line that could not be measured here counts as not ok, and says why in `target`. */
export const notMeasured = (what: string, why: string): Row => ({
  what,
  figure: Number.NaN,
  unit: '',
  target: `not measured: ${why}`,
  ok: false,
})

/** The value below which that share (0 to 1) of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

const round = (n: number) => (Math.abs(n) >= 100 ? Math.round(n) : Math.round(n * 100) / 100)
