// What the server asks of the layer that hosts sessions: a part of the terminals package that doubles without tmux can fit.
import type { Terminals } from '@tutti/terminals'

export type {
  Exit as SessionExit,
  FoundSession as HostFound,
  OutFrame as ViewFrame,
  Recovered,
  StartRequest as SessionStart,
  Viewer,
} from '@tutti/terminals'

export type TerminalHost = Pick<
  Terminals,
  | 'start'
  | 'stop'
  | 'release'
  | 'recover'
  | 'found'
  | 'adopt'
  | 'isRunning'
  | 'sendKeys'
  | 'paste'
  | 'programPid'
  | 'titleMark'
  | 'capture'
  | 'info'
  | 'attachArgv'
  | 'open'
  | 'onExit'
>
