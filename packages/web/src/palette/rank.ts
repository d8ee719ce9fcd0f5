// What a few letters mean in the palette: words that are there, not letters that happen to come in that order.

export const wordsOf = (typed: string): string[] => typed.toLowerCase().split(/\s+/).filter(Boolean)

/** 1 where each word begins one of the text's, less where it stands within one, 0 where one is missing. */
export function rank(text: string, typed: string): number {
  const inText = text.toLowerCase()
  const words = wordsOf(typed)
  if (!words.every((word) => inText.includes(word))) return 0
  const parts = inText.split(/[^\p{L}\p{N}]+/u)
  // A word that has signs of its own, such as shop-api, begins wherever it stands.
  const begins = (word: string) => /[^\p{L}\p{N}]/u.test(word) || parts.some((part) => part.startsWith(word))
  return words.every(begins) ? 1 : 0.5
}
