// Money and large numbers in the reader's own way of writing them.

/** Millionths of a US dollar as people say them; fractions of a cent only where there is nothing more. */
export function dollars(micros: number, locale?: string): string {
  const amount = micros / 1_000_000
  const isSmall = amount !== 0 && Math.abs(amount) < 0.01
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: isSmall ? 4 : 2,
    maximumFractionDigits: isSmall ? 4 : 2,
  }).format(amount)
}

/** 1.2M, 34K: for columns where the first digits are what matters. */
export const compact = (count: number, locale?: string): string =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(count)

/** An amount of dollars as typed, in millionths; null where it is none. Both 2.50 and 2,50 are read. */
export function microsOf(typed: string): number | null {
  const text = typed.trim().replace(',', '.')
  if (!/^\d{1,7}(?:\.\d{1,6})?$/.test(text)) return null
  const micros = Math.round(Number(text) * 1_000_000)
  return micros > 0 ? micros : null
}
