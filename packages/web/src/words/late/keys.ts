// Words of commands and of the sheet of keys, which come with what shows them.
import { keyWords } from '../en/keys.ts'
import { addWords } from '../words.ts'

addWords(keyWords)
