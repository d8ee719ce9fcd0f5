// Words of the code map, which come with the screen that uses them.
import { mapWords } from '../en/map.ts'
import { addWords } from '../words.ts'

addWords(mapWords)
