// Words of the first screen of a new room, which come with it.
import { welcomeWords } from '../en/welcome.ts'
import { addWords } from '../words.ts'

addWords(welcomeWords)
