// Words of the board, which come with the screen that uses them.
import { boardWords } from '../en/board.ts'
import { addWords } from '../words.ts'

addWords(boardWords)
