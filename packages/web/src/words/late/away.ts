// Words of an agent whose machine is away, which come when one is.
import { awayWords } from '../en/away.ts'
import { addWords } from '../words.ts'

addWords(awayWords)
