// Qwen Code finds a conversation by its folder and its id.
import { fileLuggage, UUID } from '../luggage.ts'
import { chatPath } from './chat.ts'

export const luggage = fileLuggage(['QWEN_RUNTIME_DIR', 'QWEN_HOME'], ({ home, env, folder, session }) =>
  UUID.test(session) ? chatPath(home, env, { folder, session }) : null,
)
