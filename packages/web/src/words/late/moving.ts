// Words of moving an agent, which come with its dialog.
import { movingWords } from '../en/moving.ts'
import { addWords } from '../words.ts'

addWords(movingWords)
