// Words of the message centre, which come with the screens that use them.
import { mailWords } from '../en/messages.ts'
import { addWords } from '../words.ts'

addWords(mailWords)
