// Words of the conversation, which come with the screens that use them.
import { chatWords } from '../en/chat.ts'
import { addWords } from '../words.ts'

addWords(chatWords)
