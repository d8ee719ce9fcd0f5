// Words of the attention queue, of rules and of why, which come with what shows them.
import { attentionWords } from '../en/attention.ts'
import { addWords } from '../words.ts'

addWords(attentionWords)
