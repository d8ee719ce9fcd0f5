// How JavaScript, jq 1.6 and Python print one and the same double: the same shortest digits, three layouts.

/** ECMAScript Number::toString, which RFC 8785 section 3.2.2.3 demands; -0 becomes 0. */
export const scriptNumber = (token: string): string => String(Number(token) + 0)

/** jq 1.6: exponents of at least two digits, from 10^-5 down and where more than fifteen zeros would be appended; keeps -0. */
export function jqNumber(token: string): string {
  const { sign, digits, point } = decimal(Number(token))
  if (digits === '0') return `${sign}0`
  return (
    sign +
    (point <= -4 || point > digits.length + 15 ? exponential(digits, point) : positional(digits, point))
  )
}

/** Python: integers in full, floats as repr() prints them (exponent below 10^-4 and from 10^16). */
export function pythonNumber(token: string): string {
  if (!/[.eE]/.test(token)) return token === '-0' ? '0' : token
  const { sign, digits, point } = decimal(Number(token))
  if (digits === '0') return `${sign}0.0`
  if (point <= -4 || point > 16) return sign + exponential(digits, point)
  const text = positional(digits, point)
  return sign + (text.includes('.') ? text : `${text}.0`)
}

interface Decimal {
  sign: '' | '-'
  // Shortest digits that read back as the same double, without trailing zeros.
  digits: string
  // Where the decimal point stands among them: 0.digits * 10^point.
  point: number
}

function decimal(value: number): Decimal {
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e')
  return { sign, digits: mantissa.replace('.', ''), point: Number(exponent) + 1 }
}

function exponential(digits: string, point: number): string {
  const exponent = point - 1
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : ''
  return `${digits[0]}${rest}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function positional(digits: string, point: number): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length)
  return `${digits.slice(0, point)}.${digits.slice(point)}`
}
