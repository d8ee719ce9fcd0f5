// Words of the machines of the room, which come with the screen that uses them.
import { nodeWords } from '../en/nodes.ts'
import { addWords } from '../words.ts'

addWords(nodeWords)
