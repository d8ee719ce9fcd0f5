// Turns the dots of a QR code into one path, so that no markup is ever made from text.

/** One rectangle for each run of dark dots in a row. */
export function qrPath(rows: readonly (readonly boolean[])[]): string {
  return rows
    .flatMap((row, y) => runs(row).map(([from, to]) => `M${from} ${y}h${to - from}v1H${from}z`))
    .join('')
}

function runs(row: readonly boolean[]): [from: number, to: number][] {
  const found: [number, number][] = []
  let from = -1
  for (const [x, dark] of [...row, false].entries()) {
    if (dark && from < 0) from = x
    if (!dark && from >= 0) {
      found.push([from, x])
      from = -1
    }
  }
  return found
}
