// Words of the settings, which come with the screens that use them.
import { settingsWords } from '../en/settings.ts'
import { addWords } from '../words.ts'

addWords(settingsWords)
