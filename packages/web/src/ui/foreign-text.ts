// Text of programs and strangers as text: what a terminal or a bidi algorithm would obey is shown instead.

// Everything that moves, hides or reorders text, but for tabs and line ends.
// oxlint-disable-next-line eslint/no-control-regex
const ACTING = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g
const PICTURES = 0x2400 // the signs that stand for the first 32 characters, such as ␛

/** The text with what would act on it made visible. The joiner of emoji stays: without it families fall apart. */
export const foreignText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll(ACTING, (sign) => {
    const code = sign.codePointAt(0) ?? 0
    if (code === 0x200d) return sign
    return code < 0x20 ? String.fromCodePoint(PICTURES + code) : `⟨${code.toString(16).toUpperCase()}⟩`
  })
