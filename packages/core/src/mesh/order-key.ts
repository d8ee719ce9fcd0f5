// Fractional order: a card that is moved gets a key between its neighbours, so that no other card has to change.

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
const CHANCE_DIGITS = 4

/**
 * A key between two others, null for an end. Keys compare as texts and never end in 0, so there is always room. Some digits
 * are chance, by which two machines that insert at one place hardly ever make the same key; equal keys are ordered by id.
 * Where `before` is not below `after` (two equal keys), the answer follows `before`. `chance()` is in [0, 1).
 */
export function orderBetween(before: string | null, after: string | null, chance: () => number): string {
  const low = before ?? ''
  const high = after === null || after <= low ? null : after
  let key = ''
  // Until there is room between the two digits at this place.
  for (let at = 0; ; at++) {
    const from = digit(low, at, 0)
    const to = high === null || !high.startsWith(key) ? DIGITS.length : digit(high, at, DIGITS.length)
    if (to - from > 1)
      return key + DIGITS.charAt(from + 1 + Math.floor(chance() * (to - from - 1))) + tail(chance)
    key += DIGITS.charAt(from)
  }
}

const digit = (text: string, at: number, otherwise: number): number =>
  at < text.length ? DIGITS.indexOf(text.charAt(at)) : otherwise

function tail(chance: () => number): string {
  let text = ''
  for (let i = 0; i < CHANCE_DIGITS; i++) text += DIGITS.charAt(Math.floor(chance() * DIGITS.length))
  // A last 0 would leave no room before the key.
  return text + DIGITS.charAt(1 + Math.floor(chance() * (DIGITS.length - 1)))
}
