// Words of the door, which come with what shows them.
import { loginWords } from '../en/login.ts'
import { addWords } from '../words.ts'

addWords(loginWords)
