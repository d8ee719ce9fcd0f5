// Words of usage, programs and trust, which come with the screens that use them.
import { usageWords } from '../en/usage.ts'
import { addWords } from '../words.ts'

addWords(usageWords)
